package dev.sluice.worker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * The rows that a MariaDB says it has changed: the most within any one second. MariaDB 10.11 has no
 * {@code Innodb_rows_*} any more; its table statistics count the same.
 */
final class ServerRows implements AutoCloseable {
  private static final long SECOND = 1_000_000_000;
  private static final long EVERY = 20_000_000;
  private static final String ROWS =
      "SELECT COALESCE(SUM(ROWS_CHANGED), 0) FROM information_schema.TABLE_STATISTICS"
          + " WHERE TABLE_SCHEMA = DATABASE()";

  private record Look(long at, long rows) {}

  private final String url;
  private final String user;
  private final String password;
  private final Deque<Look> lastSecond = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "server-rows");
  private volatile long most;
  private volatile long total;
  private volatile boolean closed;

  ServerRows(String url, String user, String password) {
    this.url = url;
    this.user = user;
    this.password = password;
    thread.start();
  }

  /** Most rows within a second, so far. */
  long most() {
    return most;
  }

  /** Rows since the server's start, as far as it has been looked at. */
  long total() {
    return total;
  }

  /** Forgets what was most. */
  void again() {
    most = 0;
  }

  private void run() {
    while (!closed) {
      try (Connection connection = DriverManager.getConnection(url, user, password);
          Statement statement = connection.createStatement()) {
        statement.execute("SET GLOBAL userstat = 1");
        lastSecond.clear();
        while (!closed) {
          try (ResultSet row = statement.executeQuery(ROWS)) {
            row.next();
            look(System.nanoTime(), row.getLong(1));
          }
          LockSupport.parkNanos(EVERY);
        }
      } catch (SQLException away) {
        LockSupport.parkNanos(EVERY);
      }
    }
  }

  private void look(long now, long rows) {
    total = rows;
    lastSecond.add(new Look(now, rows));
    while (now - lastSecond.element().at() > SECOND) {
      lastSecond.remove();
    }
    most = Math.max(most, rows - lastSecond.element().rows());
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
