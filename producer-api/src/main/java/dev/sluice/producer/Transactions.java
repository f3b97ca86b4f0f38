package dev.sluice.producer;

import dev.sluice.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens transactions that enqueue, and joins those of callers.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Transactions {
  private final Outbox outbox;
  private final MessageFactory factory;
  private final TransactionKeys keys;
  private final QueueGate gate;

  Transactions(Outbox outbox, MessageFactory factory, TransactionKeys keys, QueueGate gate) {
    this.outbox = outbox;
    this.factory = factory;
    this.keys = keys;
    this.gate = gate;
  }

  /** Does work in a transaction of its own; whatever is thrown rolls it back. */
  <T extends @Nullable Object> T run(DataSource dataSource, TransactionWork.WithResult<T> work)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Transaction transaction = new Transaction(connection, outbox, factory, keys, gate, true);
        T result = work.run(transaction);
        transaction.write();
        connection.commit();
        connection.setAutoCommit(true);
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  /** Enqueues in the caller's transaction. */
  Transaction in(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalArgumentException(
          "the connection commits each statement by itself, so that a task could be enqueued"
              + " without the writes it belongs to; call setAutoCommit(false) first");
    }
    return new Transaction(connection, outbox, factory, keys, gate, false);
  }

  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
