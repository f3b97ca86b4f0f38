package dev.sluice.bench.rates;

import dev.sluice.database.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the server's own count of rows that were inserted, updated or deleted, ten times a second,
 * on a connection of its own.
 *
 * <p>Threading: a thread of its own; closed by another.
 */
public final class RowSampler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RowSampler.class);
  private static final long EVERY_NANOS = 100_000_000;
  private static final String MYSQL =
      "SELECT SUM(VARIABLE_VALUE) FROM performance_schema.global_status WHERE VARIABLE_NAME IN"
          + " ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted')";

  // MariaDB 10.11 has no Innodb_rows_* any more, and its Handler_* count the rows of partitioned
  // tables twice.
  private static final String MARIADB =
      "SELECT COALESCE(SUM(ROWS_CHANGED), 0) FROM information_schema.TABLE_STATISTICS";

  private final Connection connection;
  private final String rows;
  private final Series series;
  private final Thread thread;
  private volatile boolean closed;

  private RowSampler(Connection connection, String rows, long start) {
    this.connection = connection;
    this.rows = rows;
    series = new Series(start);
    thread = new Thread(this::run, "bench-rows");
    thread.setDaemon(true);
  }

  /**
   * Begins to read.
   *
   * @param connection closed with this
   * @param start 0 on the axis of time, of {@link System#nanoTime()}
   */
  public static RowSampler start(Connection connection, long start) throws SQLException {
    RowSampler sampler = new RowSampler(connection, counter(connection), start);
    sampler.thread.start();
    return sampler;
  }

  private static String counter(Connection connection) throws SQLException {
    if (Dialect.of(connection) != Dialect.MARIADB) {
      return MYSQL;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET GLOBAL userstat = 1");
    }
    return MARIADB;
  }

  /** What it has read so far. */
  public Series series() {
    return series;
  }

  private void run() {
    try (Statement statement = connection.createStatement()) {
      long next = System.nanoTime();
      while (!closed) {
        try (ResultSet row = statement.executeQuery(rows)) {
          row.next();
          series.look(System.nanoTime(), row.getDouble(1));
        }
        next = Math.max(next + EVERY_NANOS, System.nanoTime());
        LockSupport.parkNanos(next - System.nanoTime());
      }
    } catch (SQLException e) {
      if (!closed) {
        log.warn("The rows of the server are not read any more", e);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
