package dev.sluice.bench;

import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.Pace;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * An application that writes at a fixed rate, each time a transaction of a few rows into the table
 * that is truncated.
 *
 * <p>Threading: for one thread, which starts others.
 */
final class CommitLoad {
  static final String TEXT = "a".repeat(100);
  static final int ROWS = 5;
  private static final int THREADS = 4;
  private static final int DIGITS = 3;

  private final EventTable table;
  private final int perSecond;
  private final LongAdder written = new LongAdder();

  CommitLoad(EventTable table, int perSecond) {
    this.table = table;
    this.perSecond = perSecond;
  }

  /**
   * What the transactions of a while took, nanoseconds.
   *
   * @param commits their commits alone
   * @param whole from when each was due
   */
  record Times(Histogram commits, Histogram whole) {
    long p99() {
      return commits.getValueAtPercentile(99);
    }
  }

  /** Writes for so long. */
  Times run(Duration length) throws Exception {
    Histogram commits = new ConcurrentHistogram(DIGITS);
    Histogram whole =
        OpenLoop.run(new Pace(perSecond, length), THREADS, number -> write(commits)).fromDue();
    return new Times(commits, whole);
  }

  /** Rows that it has written. */
  long written() {
    return written.sum();
  }

  private void write(Histogram commits) throws SQLException {
    try (Connection connection = table.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      String now = SqlTimes.text(Instant.now());
      try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
        for (int row = 0; row < ROWS; row++) {
          insert.setString(1, now);
          insert.setString(2, TEXT);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      long start = System.nanoTime();
      connection.commit();
      commits.recordValue(Math.max(0, System.nanoTime() - start));
      connection.setAutoCommit(true);
      written.add(ROWS);
    }
  }
}
