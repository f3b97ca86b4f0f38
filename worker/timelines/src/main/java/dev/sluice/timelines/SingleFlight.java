package dev.sluice.timelines;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Lets one thread do what many want done at the same time; the others wait for it and share how it
 * ended.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class SingleFlight {
  private final ConcurrentMap<String, FutureTask<Void>> flights = new ConcurrentHashMap<>();

  /** What is done once. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  /** Does the work, or waits for the thread that does the work of the same key. */
  void run(String key, Work work) throws SQLException {
    FutureTask<Void> own =
        new FutureTask<>(
            () -> {
              work.run();
              return null;
            });
    FutureTask<Void> flight = flights.putIfAbsent(key, own);
    if (flight == null) {
      flight = own;
      try {
        own.run();
      } finally {
        flights.remove(key, own);
      }
    }
    try {
      flight.get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while another thread rebuilt " + key, e);
    }
  }

  private static SQLException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (SQLException) cause;
  }
}
