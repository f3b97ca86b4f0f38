package dev.sluice.worker.longtask;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions on connections of their own, from a pool with whatever defaults: it gets them back
 * as it gave them, with nothing left open.
 */
public final class OwnTransaction {
  private static final Logger log = LoggerFactory.getLogger(OwnTransaction.class);

  private OwnTransaction() {}

  /** What happens in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** One statement, which costs one round trip where connections commit by themselves. */
  public static <T> T statement(DataSource dataSource, Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      T result = work.run(connection);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
      return result;
    }
  }

  /**
   * Commits when the work returns, else rolls back; one that loses a deadlock is run again. Each
   * statement sees what is committed by then: what is read under a lock is what the lock protects,
   * whatever was read before.
   */
  public static <T> T run(DataSource dataSource, Work<T> work) throws SQLException {
    return Deadlocks.retried(() -> once(dataSource, work));
  }

  private static <T> T once(DataSource dataSource, Work<T> work) throws SQLException {
    Connection connection = dataSource.getConnection();
    boolean autoCommit = true;
    int isolation = Connection.TRANSACTION_READ_COMMITTED;
    try {
      autoCommit = connection.getAutoCommit();
      isolation = connection.getTransactionIsolation();
      isolate(connection, isolation, Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      T result = work.run(connection);
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(connection, e);
      throw e;
    } finally {
      handBack(connection, autoCommit, isolation);
    }
  }

  private static void isolate(Connection connection, int from, int to) throws SQLException {
    if (from != to) {
      connection.setTransactionIsolation(to);
    }
  }

  /** The first error is the one to tell: on a lost connection this one fails too. */
  private static void rollBack(Connection connection, Throwable first) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      first.addSuppressed(e);
    }
  }

  /** After a commit nothing turns success into failure: a pool drops what is broken. */
  private static void handBack(Connection connection, boolean autoCommit, int isolation) {
    try (connection) {
      connection.setAutoCommit(autoCommit);
      isolate(connection, Connection.TRANSACTION_READ_COMMITTED, isolation);
    } catch (SQLException e) {
      log.debug("A connection could not be handed back: {}", e.getMessage());
    }
  }
}
