package dev.sluice.scheduler;

import dev.sluice.loop.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * Enqueues what waits in the ledger: of each job the oldest queued firing, once the one before it
 * has ended. Every scheduler does so, under the lock of the job's row.
 *
 * <p>Threading: for one thread, its loop's.
 */
final class QueuedFirings implements Loop {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Firing firing;
  private final Runnable fired;

  /**
   * The loop.
   *
   * @param fired called after each commit of a task
   */
  QueuedFirings(DataSource dataSource, Firing firing, Runnable fired) {
    transactions = new Transactions(dataSource);
    this.firing = firing;
    this.fired = fired;
  }

  @Override
  public Duration runOnce() throws SQLException {
    List<String> waiting = transactions.run(Ledger::jobsWithQueued);
    for (String job : waiting) {
      if (firing.fireQueued(job)) {
        fired.run();
      }
    }
    return PAUSE;
  }
}
