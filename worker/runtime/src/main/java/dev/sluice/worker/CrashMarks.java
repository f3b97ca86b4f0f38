package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Counts how often a task was started and never settled: what its worker did not survive.
 *
 * <p>Threading: every method may be called by any thread.
 */
interface CrashMarks {
  /** With so many marks a task runs with nothing else in its worker. */
  long ALONE = 3;

  /** With so many marks a task is dead. */
  long DEAD = 5;

  /** How many marks there are. */
  long count(Delivery delivery, String taskId) throws SQLException;

  /** Adds a mark to each, for good before it returns. */
  void raise(Collection<String> taskIds) throws SQLException;

  /** The task was settled. Failing to remove its marks is logged and otherwise ignored. */
  void clear(String taskId);

  /**
   * Without a database the broker's count of hand-overs stands in. It also counts deliveries that
   * were prefetched and never started, so that a task may be called dead too early; never too late.
   */
  static CrashMarks countedByBroker() {
    return new CrashMarks() {
      @Override
      public long count(Delivery delivery, String taskId) {
        return delivery.deliveryCount() - 1;
      }

      @Override
      public void raise(Collection<String> taskIds) {}

      @Override
      public void clear(String taskId) {}
    };
  }
}
