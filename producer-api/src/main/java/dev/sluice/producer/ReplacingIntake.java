package dev.sluice.producer;

import dev.sluice.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores a task that replaces another: its place and its outbox row in one transaction, so that a
 * crash cannot cost both of them.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class ReplacingIntake {
  private static final int TRIES = 5;
  // MySQL and H2 agree on it: the transaction lost a deadlock and may be run again.
  private static final String DEADLOCK = "40001";

  private final DataSource database;
  private final Outbox outbox;
  private final TransactionKeys keys;
  private final Runnable afterCommit;

  /**
   * An intake.
   *
   * @param afterCommit wakes the relay of the outbox
   */
  ReplacingIntake(DataSource database, Outbox outbox, TransactionKeys keys, Runnable afterCommit) {
    this.database = database;
    this.outbox = outbox;
    this.keys = keys;
    this.afterCommit = afterCommit;
  }

  /**
   * Stores a task.
   *
   * @throws EnqueueUnknown when the connection was lost during the commit
   * @throws KeyUnavailable when nothing is stored
   */
  TaskHandle take(NewTask task, TaskKey key) {
    for (int tries = 1; ; tries++) {
      try {
        return once(task, key);
      } catch (SQLException e) {
        if (tries == TRIES || !DEADLOCK.equals(e.getSQLState())) {
          throw new KeyUnavailable(
              task.taskId(), task.taskName(), "the database failed: " + e.getMessage(), e);
        }
      }
    }
  }

  private TaskHandle once(NewTask task, TaskKey key) throws SQLException {
    TaskHandle handle;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        TransactionKeys.Placed placed = keys.place(connection, task, key);
        outbox.insert(connection, List.of(placed.routed()));
        handle = placed.handle();
      } catch (SQLException | RuntimeException e) {
        handBack(connection, e);
        throw e;
      }
      commit(connection, task);
    }
    afterCommit.run();
    return handle;
  }

  private static void commit(Connection connection, NewTask task) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e);
    }
    handBack(connection, null);
  }

  private static void handBack(Connection connection, @Nullable Exception cause) {
    try {
      if (cause != null) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // Broken: the pool drops it.
      if (cause != null) {
        cause.addSuppressed(e);
      }
    }
  }
}
