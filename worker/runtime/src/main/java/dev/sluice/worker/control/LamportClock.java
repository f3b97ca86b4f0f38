package dev.sluice.worker.control;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A logical clock that orders control messages and events of all workers (Lamport, "Time, Clocks,
 * and the Ordering of Events in a Distributed System", 1978).
 *
 * <p>Threading: every method may be called by any thread.
 */
final class LamportClock {
  private final AtomicLong value = new AtomicLong();

  /** The time of an event of ours, for example of a message that is about to be sent. */
  long forward() {
    return value.incrementAndGet();
  }

  /** Moves past the time that a received message carries. */
  long adjust(long received) {
    return value.accumulateAndGet(received, (own, other) -> Math.max(own, other) + 1);
  }

  long now() {
    return value.get();
  }
}
