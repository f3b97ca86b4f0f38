package dev.sluice.worker;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a worker did, by task name.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Counters implements WorkerListener {
  private final Map<String, LongAdder> completed = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

  @Override
  public void completed(Completed event) {
    count(completed, event.task().name());
  }

  @Override
  public void retried(Retried event) {
    count(failed, event.task().name());
  }

  @Override
  public void dead(Dead event) {
    if (event.task() != null && event.cause() != null) {
      count(failed, event.task().name());
    }
  }

  Map<String, Long> totalCompleted() {
    return totals(completed);
  }

  Map<String, Long> totalFailed() {
    return totals(failed);
  }

  // Only names that a handler is registered for get here, so the maps stay small.
  private static void count(Map<String, LongAdder> counts, String name) {
    LongAdder count = counts.get(name);
    (count != null ? count : counts.computeIfAbsent(name, n -> new LongAdder())).increment();
  }

  private static Map<String, Long> totals(Map<String, LongAdder> counts) {
    Map<String, Long> totals = new TreeMap<>();
    counts.forEach((name, count) -> totals.put(name, count.sum()));
    return totals;
  }
}
