package dev.sluice.producer;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What is done in a transaction that {@link Producer#transaction} opens. */
@FunctionalInterface
public interface TransactionWork {

  /** Writes and enqueues; neither commits nor closes the connection. */
  void run(Transaction transaction) throws SQLException;

  /**
   * Work that has a result.
   *
   * @param <T> what it returns
   */
  @FunctionalInterface
  interface WithResult<T extends @Nullable Object> {

    /** Writes and enqueues; neither commits nor closes the connection. */
    T run(Transaction transaction) throws SQLException;
  }
}
