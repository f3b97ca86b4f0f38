package dev.sluice.producer;

import dev.sluice.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens transactions that enqueue, and joins those of callers.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Transactions {
  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

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
    Connection connection = dataSource.getConnection();
    try {
      connection.setAutoCommit(false);
      Transaction transaction = new Transaction(connection, outbox, factory, keys, gate, true);
      T result = work.run(transaction);
      transaction.write();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(connection, e);
      throw e;
    } finally {
      handBack(connection);
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
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** After a commit nothing turns success into failure: a pool drops what is broken. */
  private static void handBack(Connection connection) {
    try (connection) {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      log.debug("a connection could not be handed back: {}", e.getMessage());
    }
  }
}
