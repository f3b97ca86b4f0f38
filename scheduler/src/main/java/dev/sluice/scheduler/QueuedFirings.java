package dev.sluice.scheduler;

import dev.sluice.database.SqlErrors;
import dev.sluice.loop.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enqueues what waits in the ledger: of each job the oldest queued firing, once the one before it
 * has ended. Every scheduler does so, under the lock of the job's row.
 *
 * <p>Threading: for one thread, its loop's.
 */
final class QueuedFirings implements Loop {
  private static final Logger log = LoggerFactory.getLogger(QueuedFirings.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Firing firing;
  private final Runnable fired;
  private final Set<String> failing = new HashSet<>();

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
      fire(job);
    }
    return PAUSE;
  }

  /** What is wrong with one job is not to hold up the others. */
  private void fire(String job) throws SQLException {
    try {
      if (firing.fireQueued(job)) {
        fired.run();
      }
      failing.remove(job);
    } catch (SQLException | RuntimeException e) {
      if (e instanceof SQLException lost && SqlErrors.classify(lost).infrastructure()) {
        throw e;
      }
      if (failing.add(job)) {
        log.warn("queued firings of job {} wait: {}", job, e.getMessage());
      }
    }
  }
}
