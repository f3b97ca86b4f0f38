package dev.sluice.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The batches of one queue that are being collected, by task type. It runs nothing: a slot that has
 * put a task in, or finds nothing else to do, takes out what is due.
 *
 * <p>Threading: every method may be called by any thread; guarded by its monitor.
 */
final class Batches {
  /** Longer than anything lingers. */
  static final long NEVER = Long.MAX_VALUE;

  private final ToIntFunction<Registration.Batch<?>> size;
  private final Map<String, BatchCollector> collectors = new HashMap<>();
  private volatile int waiting;
  private boolean closed;

  /**
   * No batches yet.
   *
   * @param size how many tasks of a type make a batch at the moment
   */
  Batches(ToIntFunction<Registration.Batch<?>> size) {
    this.size = size;
  }

  /** Lets an attempt wait for others; false when the worker is stopping. */
  synchronized boolean add(Attempt attempt) {
    if (closed) {
      return false;
    }
    Registration.Batch<?> type = (Registration.Batch<?>) attempt.registration();
    collectors.computeIfAbsent(type.type().name(), name -> collector(type)).add(attempt, now());
    waiting++;
    return true;
  }

  /** A batch that must be run now; empty for none. */
  List<Attempt> takeDue() {
    return waiting == 0 ? List.of() : takeFirstDue();
  }

  /** Whether something waits that will be due. */
  boolean pending() {
    return waiting > 0;
  }

  /** Nanoseconds until a batch is due; {@link #NEVER} when nothing waits. */
  long patience() {
    return waiting == 0 ? NEVER : shortestPatience();
  }

  /** How many attempts wait. */
  int size() {
    return waiting;
  }

  /** Takes out what has not been run. */
  synchronized List<Attempt> takeAll() {
    List<Attempt> all = new ArrayList<>();
    collectors.values().forEach(collector -> all.addAll(collector.takeAll()));
    waiting = 0;
    return all;
  }

  /** Nothing can be added any more. */
  synchronized void close() {
    closed = true;
  }

  private synchronized List<Attempt> takeFirstDue() {
    long now = now();
    for (BatchCollector collector : collectors.values()) {
      List<Attempt> due = collector.takeDue(now);
      if (!due.isEmpty()) {
        waiting -= due.size();
        return due;
      }
    }
    return List.of();
  }

  private synchronized long shortestPatience() {
    long now = now();
    return collectors.values().stream()
        .mapToLong(collector -> collector.patience(now))
        .min()
        .orElse(NEVER);
  }

  private BatchCollector collector(Registration.Batch<?> type) {
    return new BatchCollector(() -> size.applyAsInt(type), type.options().linger().toNanos());
  }

  /** Real time, whatever the worker's clock says: it is what slots wait for. */
  private static long now() {
    return System.nanoTime();
  }
}
