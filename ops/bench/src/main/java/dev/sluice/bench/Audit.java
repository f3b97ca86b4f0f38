package dev.sluice.bench;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts which tasks were executed, and which twice.
 *
 * <p>Threading: safe.
 */
final class Audit {
  private final Set<String> executed = ConcurrentHashMap.newKeySet();
  private final LongAdder doubled = new LongAdder();

  /** Returns whether this was the first time. */
  boolean executed(String taskId) {
    boolean first = executed.add(taskId);
    if (!first) {
      doubled.increment();
    }
    return first;
  }

  long distinct() {
    return executed.size();
  }

  long doubled() {
    return doubled.sum();
  }
}
