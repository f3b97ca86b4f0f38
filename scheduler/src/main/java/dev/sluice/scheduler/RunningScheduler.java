package dev.sluice.scheduler;

import dev.sluice.loop.LoopRunner;
import dev.sluice.outbox.OutboxRelay;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Quartz, the loops that tell it what to fire, and the outbox's relay, from start to close. */
final class RunningScheduler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningScheduler.class);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final ConfiguredJobs configured;
  private final LoopRunner relay;
  private final org.quartz.Scheduler quartz;
  private final JobReconciler reconciler;
  private final QueuedFirings queued;
  private final List<LoopRunner> loops = new ArrayList<>();

  private RunningScheduler(SchedulerOptions options) throws SchedulerException {
    DataSource dataSource = options.database().dataSource();
    InstantSource clock = options.clock();
    int threads = FiringThreads.fitting(options.database().poolSize());
    configured = new ConfiguredJobs(dataSource, clock);
    Firing firing = new Firing(dataSource, options.broker().topology(), clock);
    relay =
        LoopRunner.start("scheduler-relay", new OutboxRelay(dataSource, options.broker(), clock));
    try {
      queued = new QueuedFirings(dataSource, firing, relay::nudge);
      FiringJob job = new FiringJob(firing, relay::nudge, closing);
      String instance = Instance.ofThisProcess().id();
      if (options.clustered()) {
        quartz = QuartzFactory.clustered(instance, job, threads, dataSource);
        reconciler = JobReconciler.shared(quartz, dataSource, clock);
      } else {
        quartz = QuartzFactory.inMemory(instance, job, threads);
        reconciler = JobReconciler.inMemory(quartz, dataSource, clock);
      }
    } catch (SchedulerException | RuntimeException e) {
      relay.close();
      throw e;
    }
  }

  /**
   * Starts everything, or leaves nothing running.
   *
   * @throws SchedulerFailed when the database refuses, or its pool is too small
   */
  static RunningScheduler start(SchedulerOptions options) {
    try {
      RunningScheduler running = new RunningScheduler(options);
      try {
        running.fireJobs(options);
        return running;
      } catch (SchedulerException | SQLException | RuntimeException e) {
        running.close();
        throw e;
      }
    } catch (SchedulerException | SQLException e) {
      throw new SchedulerFailed(
          "the scheduler cannot start; check that the database can be reached and that its tables"
              + " are up to date, then start again: "
              + rootMessage(e),
          e);
    }
  }

  /** Replaces the configured jobs. */
  void configure(List<JobSpec> jobs) throws SQLException {
    configured.store(jobs);
    loops.forEach(LoopRunner::nudge);
  }

  /** How many jobs it fires. */
  int jobs() {
    return reconciler.active();
  }

  /**
   * Waits a bounded time for firings under way. One that still waits for its database by then keeps
   * its mark in Quartz's tables, by which the next scheduler recovers it: therefore Quartz is shut
   * down first and the firing is ended after.
   */
  @Override
  public void close() {
    loops.forEach(LoopRunner::close);
    try {
      quartz.shutdown(false);
    } catch (SchedulerException e) {
      log.warn("Quartz did not shut down in order", e);
    }
    closing.countDown();
    relay.close();
  }

  private void fireJobs(SchedulerOptions options) throws SchedulerException, SQLException {
    queued.runOnce();
    configured.store(options.jobs());
    reconciler.runOnce();
    quartz.start();
    loops.add(LoopRunner.start("job-reconciler", reconciler));
    loops.add(LoopRunner.start("queued-firings", queued));
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
