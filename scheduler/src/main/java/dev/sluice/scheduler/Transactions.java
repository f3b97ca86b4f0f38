package dev.sluice.scheduler;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Runs transactions, again when they lose a deadlock.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Transactions {
  private static final int TRIES = 5;

  private final DataSource dataSource;

  Transactions(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Work in a transaction, which it neither commits nor rolls back. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Commits what {@code work} did, or nothing of it when it throws. */
  <T> T run(Work<T> work) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return once(work);
      } catch (SQLException e) {
        if (tries == TRIES || SqlErrors.classify(e) != SqlErrorClass.DEADLOCK) {
          throw e;
        }
      }
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.in(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private static void rollBack(Connection connection, Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }
}
