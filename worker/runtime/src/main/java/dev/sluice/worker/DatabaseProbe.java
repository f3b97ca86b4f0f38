package dev.sluice.worker;

import dev.sluice.worker.governor.BreakerProber;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Finds out whether a database takes writes, by deleting a row that cannot exist: a server that
 * only reads answers queries as ever.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class DatabaseProbe implements BreakerProber.Probe {
  private static final String DELETE = "DELETE FROM sluice_inbox WHERE bucket = -1";

  private static final int PATIENCE_MILLIS = 5_000;

  private final DataSource dataSource;

  DatabaseProbe(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public void run() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement delete = connection.createStatement()) {
      // A server that hangs is away, and that must be known before the pool gives up on it. The
      // pool sets its connections back.
      connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
      delete.executeUpdate(DELETE);
    }
  }
}
