package dev.sluice.scheduler;

import dev.sluice.loop.LoopRunner;
import dev.sluice.outbox.OutboxRelay;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Quartz and the outbox's relay beside it, from start to close. */
final class RunningScheduler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningScheduler.class);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final LoopRunner relay;
  private final Firing firing;
  private final org.quartz.Scheduler quartz;

  private RunningScheduler(SchedulerOptions options, Instance instance) throws SchedulerException {
    DataSource dataSource = options.database().dataSource();
    OutboxRelay outbox = new OutboxRelay(dataSource, options.broker(), options.clock());
    firing =
        new Firing(dataSource, options.broker().topology(), options.clock(), instance.origin());
    relay = LoopRunner.start("scheduler-relay", outbox);
    try {
      FiringJob job = new FiringJob(firing, relay::nudge, closing);
      quartz =
          options.clustered()
              ? QuartzFactory.clustered(instance.id(), job, dataSource)
              : QuartzFactory.inMemory(instance.id(), job);
    } catch (SchedulerException | RuntimeException e) {
      relay.close();
      throw e;
    }
  }

  /**
   * Starts everything, or leaves nothing running.
   *
   * @throws SchedulerFailed when the database refuses
   */
  static RunningScheduler start(SchedulerOptions options) {
    try {
      RunningScheduler running = new RunningScheduler(options, Instance.ofThisProcess());
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

  /**
   * Waits a bounded time for firings under way. One that still waits for its database by then keeps
   * its mark in Quartz's tables, by which the next scheduler recovers it: therefore Quartz is shut
   * down first and the firing is ended after.
   */
  @Override
  public void close() {
    try {
      quartz.shutdown(false);
    } catch (SchedulerException e) {
      log.warn("Quartz did not shut down in order", e);
    }
    closing.countDown();
    relay.close();
  }

  private void fireJobs(SchedulerOptions options) throws SchedulerException, SQLException {
    firing.checkTable();
    new JobReconciler(quartz, options.clock()).reconcile(options.jobs());
    quartz.start();
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
