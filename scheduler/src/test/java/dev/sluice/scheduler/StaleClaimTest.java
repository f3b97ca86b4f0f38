package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.spi.OperableTrigger;
import org.quartz.spi.SchedulerSignaler;
import org.quartz.spi.TriggerFiredResult;

/** A scheduler claims a trigger half a minute ahead, and its job is changed meanwhile. */
class StaleClaimTest {
  private static final JobSpec BEFORE = JobSpec.every("tick", Duration.ofSeconds(20), "t", "q");
  private static final JobSpec AFTER = JobSpec.every("tick", Duration.ofSeconds(7), "t", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private final InstantSource clock = InstantSource.system();
  private final Schedules schedules = Schedules.of(tables.database(), Topology.DEFAULT, clock);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void what_was_claimed_of_a_job_before_a_change_is_not_fired_after_it() throws Exception {
    org.quartz.Scheduler quartz =
        QuartzFactory.clustered("reconciling", context -> {}, 1, tables.database().dataSource());
    JobReconciler reconciler = JobReconciler.shared(quartz, tables.database().dataSource(), clock);
    ClusteredJobStore one = store("one");
    ClusteredJobStore other = store("other");
    tables.jobs(clock.instant(), BEFORE);
    reconciler.runOnce();
    List<OperableTrigger> stale = claim(other);
    assertThat(stale).hasSize(1);

    schedules.save(AFTER);
    reconciler.runOnce();
    List<OperableTrigger> fresh = claim(one);
    String next = next();
    List<TriggerFiredResult> fired = other.triggersFired(stale);

    assertThat(fired.get(0).getTriggerFiredBundle()).isNull();
    assertThat(next()).isEqualTo(next);
    assertThat(one.triggersFired(fresh).get(0).getTriggerFiredBundle()).isNotNull();
    quartz.shutdown();
  }

  private String next() {
    List<String> next = tables.query("SELECT NEXT_FIRE_TIME FROM SLUICE_QRTZ_TRIGGERS");
    assertThat(next).hasSize(1);
    return next.get(0);
  }

  private static List<OperableTrigger> claim(ClusteredJobStore store) throws SchedulerException {
    return store.acquireNextTriggers(
        Instant.now().plus(Duration.ofSeconds(30)).toEpochMilli(), 1, 0);
  }

  private ClusteredJobStore store(String instance) throws SchedulerException {
    ClusteredJobStore store = QuartzFactory.store(tables.database().dataSource());
    store.setInstanceId(instance);
    store.setThreadPoolSize(1);
    CascadingClassLoadHelper classes = new CascadingClassLoadHelper();
    classes.initialize();
    store.initialize(classes, new Deaf());
    return store;
  }

  private static final class Deaf implements SchedulerSignaler {
    @Override
    public void notifyTriggerListenersMisfired(Trigger trigger) {}

    @Override
    public void notifySchedulerListenersFinalized(Trigger trigger) {}

    @Override
    public void notifySchedulerListenersJobDeleted(JobKey key) {}

    @Override
    public void signalSchedulingChange(long next) {}

    @Override
    public void notifySchedulerListenersError(String message, SchedulerException e) {}
  }
}
