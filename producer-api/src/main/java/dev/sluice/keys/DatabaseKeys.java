package dev.sluice.keys;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keys in the database: each step commits on a connection of its own.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class DatabaseKeys implements KeyStore {
  private static final int TRIES = 5;
  // MySQL and H2 agree on it: the statement lost a deadlock and may be run again.
  private static final String DEADLOCK = "40001";

  private final DataSource database;

  /** Keys in a database with Sluice's tables, which stays the caller's to close. */
  public DatabaseKeys(DataSource database) {
    this.database = database;
  }

  @Override
  public Holding take(KeyName key, Claim claim) {
    return step(
        "take",
        key,
        connection -> {
          for (int tries = 1; tries < TRIES; tries++) {
            Holding holding = KeyRows.take(connection, key, claim);
            if (holding != null) {
              return holding;
            }
          }
          throw new SQLException("it is freed as often as it is looked at");
        });
  }

  @Override
  public void confirm(KeyName key, String taskId) {
    step("confirm", key, connection -> nothing(() -> KeyRows.confirm(connection, key, taskId)));
  }

  @Override
  public void giveUp(KeyName key, String taskId) {
    step("give up", key, connection -> nothing(() -> KeyRows.giveUp(connection, key, taskId)));
  }

  @Override
  public void release(KeyName key, String taskId) {
    step("release", key, connection -> nothing(() -> KeyRows.release(connection, key, taskId)));
  }

  @Override
  public void close() {}

  private <T extends @Nullable Object> T step(String verb, KeyName key, Step<T> step) {
    for (int tries = 1; ; tries++) {
      try (Connection connection = database.getConnection()) {
        return committing(connection, step);
      } catch (SQLException e) {
        if (tries == TRIES || !DEADLOCK.equals(e.getSQLState())) {
          throw new KeyStoreUnavailable(
              "the database did not " + verb + " key " + key.text() + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /** A pool may give out connections that do not commit by themselves. */
  private static <T extends @Nullable Object> T committing(Connection connection, Step<T> step)
      throws SQLException {
    if (connection.getAutoCommit()) {
      return step.run(connection);
    }
    connection.setAutoCommit(true);
    try {
      return step.run(connection);
    } finally {
      connection.setAutoCommit(false);
    }
  }

  private static @Nullable Void nothing(Change change) throws SQLException {
    change.run();
    return null;
  }

  @FunctionalInterface
  private interface Step<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  @FunctionalInterface
  private interface Change {
    void run() throws SQLException;
  }
}
