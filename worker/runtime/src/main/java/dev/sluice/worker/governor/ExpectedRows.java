package dev.sluice.worker.governor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Learns how many rows a task of each type writes, ours included: a moving average.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class ExpectedRows {
  /** The inbox row and one of the handler's. */
  private static final double FIRST_GUESS = 2;

  private static final double WEIGHT = 0.1;

  /** Names come from registered handlers; only a guard. */
  private static final int MOST_TYPES = 10_000;

  private final Map<String, Double> perTask = new ConcurrentHashMap<>();

  /** Whether one has been seen. */
  boolean knows(String type) {
    return perTask.containsKey(type);
  }

  /** Rows of one task, at least 1. */
  double perTask(String type) {
    return Math.max(1, perTask.getOrDefault(type, FIRST_GUESS));
  }

  /** Rows of so many tasks in one transaction. */
  long of(String type, int tasks) {
    return (long) Math.ceil(perTask(type) * tasks);
  }

  /** About {@code tasks} tasks have written so many rows. */
  void learn(String type, double tasks, long rows) {
    if (tasks <= 0 || perTask.size() >= MOST_TYPES && !perTask.containsKey(type)) {
      return;
    }
    double seen = rows / tasks;
    perTask.merge(type, seen, (before, now) -> before + WEIGHT * (now - before));
  }
}
