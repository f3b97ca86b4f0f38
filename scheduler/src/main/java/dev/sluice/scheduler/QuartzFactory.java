package dev.sluice.scheduler;

import java.time.Duration;
import javax.sql.DataSource;
import org.quartz.Job;
import org.quartz.SchedulerException;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.StdJobRunShellFactory;
import org.quartz.impl.StdScheduler;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.StdJDBCDelegate;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.JobStore;

/**
 * Puts a Quartz scheduler together. Not by Quartz's own factories: they keep schedulers by name in
 * a registry of the whole JVM, and all schedulers of a cluster have one name.
 */
final class QuartzFactory {
  /** The name of the cluster, in every row of Quartz's tables. */
  static final String NAME = "sluice";

  static final String TABLE_PREFIX = "SLUICE_QRTZ_";
  // What is due in one second is claimed before it is due; a bigger batch gains little.
  private static final int BATCH = 100;
  private static final Duration CHECKIN = Duration.ofSeconds(5);
  private static final Duration IDLE_WAIT = Duration.ofSeconds(30);
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);

  private QuartzFactory() {}

  /** A scheduler that forgets its jobs when it ends. */
  static org.quartz.Scheduler inMemory(String instance, Job job, int threads)
      throws SchedulerException {
    return assemble(instance, job, threads, new RAMJobStore());
  }

  /** A scheduler that shares its jobs with all others on the same database. */
  static org.quartz.Scheduler clustered(
      String instance, Job job, int threads, DataSource dataSource) throws SchedulerException {
    return assemble(instance, job, threads, store(dataSource));
  }

  /** The tables of a cluster, for {@link JobStore#initialize} still. */
  static ClusteredJobStore store(DataSource dataSource) {
    ClusteredJobStore store = new ClusteredJobStore();
    store.setDataSource(PoolConnections.register(dataSource));
    store.setTablePrefix(TABLE_PREFIX);
    store.setUseProperties("true");
    store.setIsClustered(true);
    store.setClusterCheckinInterval(CHECKIN.toMillis());
    store.setDbRetryInterval(DATABASE_RETRY.toMillis());
    // Without it a batch of more than one can be fired twice.
    store.setAcquireTriggersWithinLock(true);
    store.setMakeThreadsDaemons(true);
    try {
      store.setDriverDelegateInitString(
          "triggerPersistenceDelegateClasses=" + TimingTriggerDelegate.class.getName());
      store.setDriverDelegateClass(StdJDBCDelegate.class.getName());
    } catch (InvalidConfigurationException e) {
      throw new IllegalStateException("it is the default", e);
    }
    store.setInstanceName(NAME);
    return store;
  }

  private static org.quartz.Scheduler assemble(String instance, Job job, int size, JobStore store)
      throws SchedulerException {
    FiringThreads threads = new FiringThreads(size, BATCH);
    StdJobRunShellFactory shells = new StdJobRunShellFactory();
    QuartzSchedulerResources parts = new QuartzSchedulerResources();
    parts.setName(NAME);
    parts.setInstanceId(instance);
    parts.setThreadName("sluice-quartz");
    parts.setMakeSchedulerThreadDaemon(true);
    parts.setJobRunShellFactory(shells);
    parts.setThreadPool(threads);
    parts.setThreadExecutor(new DefaultThreadExecutor());
    parts.setJobStore(store);
    parts.setMaxBatchSize(BATCH);
    QuartzScheduler core =
        new QuartzScheduler(parts, IDLE_WAIT.toMillis(), DATABASE_RETRY.toMillis());
    org.quartz.Scheduler quartz = new StdScheduler(core);
    shells.initialize(quartz);
    ClassLoadHelper classes = new CascadingClassLoadHelper();
    classes.initialize();
    store.setInstanceName(NAME);
    store.setInstanceId(instance);
    store.setThreadPoolSize(size);
    store.initialize(classes, core.getSchedulerSignaler());
    core.initialize();
    quartz.setJobFactory((bundle, scheduler) -> job);
    return quartz;
  }
}
