package dev.sluice.worker;

import dev.sluice.worker.governor.RowCount;
import dev.sluice.worker.governor.RowPermit;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction of the worker's, from its begin to its end: what is not committed is rolled back,
 * the pool gets its connection back as it gave it, and the governor is told what was written.
 *
 * <p>Threading: for one thread.
 */
final class WorkerTransaction implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerTransaction.class);

  private final Connection connection;
  private final RowPermit permit;
  private final RowCount rows = new RowCount();
  private final long begun = System.nanoTime();
  private boolean open = true;
  private long nanos;

  private WorkerTransaction(Connection connection, RowPermit permit) {
    this.connection = connection;
    this.permit = permit;
  }

  /** Begins; the rows that {@code permit} was given for are the transaction's. */
  static WorkerTransaction begin(WorkerDatabase database, RowPermit permit) throws SQLException {
    WorkerTransaction begun = new WorkerTransaction(database.dataSource().getConnection(), permit);
    try {
      begun.connection.setAutoCommit(false);
      return begun;
    } catch (SQLException | RuntimeException e) {
      begun.close();
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  /** For writes of which only the statements know how many rows they are. */
  Connection counted() {
    return new GuardedConnection(connection, rows).connection();
  }

  /** What counts the rows. */
  RowCount rows() {
    return rows;
  }

  /** If this throws, nobody knows whether it is committed. */
  void commit() throws SQLException {
    connection.commit();
    open = false;
    nanos = System.nanoTime() - begun;
  }

  void rollback() throws SQLException {
    connection.rollback();
    open = false;
  }

  /** Never throws: after a commit nothing turns success into failure. */
  @Override
  public void close() {
    try (connection) {
      if (open) {
        connection.rollback();
      }
      // A pool expects connections that commit by themselves.
      connection.setAutoCommit(true);
    } catch (SQLException | RuntimeException e) {
      // Broken or aborted: the server rolls back by itself, the pool drops it.
      log.debug("A connection could not be handed back: {}", e.getMessage());
    } finally {
      permit.ended(rows.total(), nanos);
    }
  }
}
