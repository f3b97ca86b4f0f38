package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a queue promises: that a task starts within a time from when it was due.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class Slo {
  private final Duration target;
  private final LongAdder started = new LongAdder();
  private final LongAdder within = new LongAdder();

  Slo(Duration target) {
    if (target.isNegative() || target.isZero()) {
      throw new IllegalArgumentException("an slo must be longer than 0, is " + target);
    }
    this.target = target;
  }

  /** Within this a task should start. */
  public Duration target() {
    return target;
  }

  /** A task's first attempt has started, so long after it was due. */
  public void started(Duration latency) {
    // Clocks differ: what started before it was due was in time.
    if (latency.compareTo(target) <= 0) {
      within.increment();
    }
    started.increment();
  }

  GovernorSnapshot.Slo snapshot() {
    // In this order: never more in time than started.
    long inTime = within.sum();
    return new GovernorSnapshot.Slo(target, Math.max(inTime, started.sum()), inTime);
  }
}
