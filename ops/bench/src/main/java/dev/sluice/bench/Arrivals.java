package dev.sluice.bench;

import dev.sluice.bench.load.Pace;
import dev.sluice.bench.load.Timings;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * When each of a fixed number of tasks was due, enqueued, and done.
 *
 * <p>Threading: safe; each task is enqueued by one thread.
 */
final class Arrivals {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long POLL_NANOS = 1_000_000;

  private final Pace pace;
  private final long start;
  private final AtomicLongArray made;
  private final AtomicLongArray done;
  private final AtomicIntegerArray times;

  /**
   * None yet.
   *
   * @param start when the first is due, of {@link System#nanoTime()}
   */
  Arrivals(Pace pace, long start) {
    this.pace = pace;
    this.start = start;
    made = new AtomicLongArray(pace.calls());
    done = new AtomicLongArray(pace.calls());
    times = new AtomicIntegerArray(pace.calls());
  }

  /** It is about to be enqueued. */
  void enqueued(int number) {
    made.set(number, System.nanoTime());
  }

  /** It is done, or has begun, whatever is measured; false unless it is the first time. */
  boolean done(int number) {
    if (times.incrementAndGet(number) > 1) {
      return false;
    }
    done.set(number, System.nanoTime());
    return true;
  }

  /** Waits until all are done, two minutes at most. */
  void await() {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (lost() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** How many are not done. */
  long lost() {
    long lost = 0;
    for (int i = 0; i < times.length(); i++) {
      lost += times.get(i) == 0 ? 1 : 0;
    }
    return lost;
  }

  /** From when each was due, and from when it was enqueued, until it was done. */
  Timings timings() {
    Timings timings = new Timings(pace, start);
    for (int i = 0; i < times.length(); i++) {
      if (done.get(i) != 0) {
        timings.record(start + pace.due(i), made.get(i), done.get(i));
      }
    }
    return timings;
  }
}
