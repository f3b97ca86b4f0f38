package dev.sluice.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until a test moves it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class VirtualClock implements InstantSource {
  private final Instant start;
  private volatile Instant now;

  VirtualClock(Instant start) {
    this.start = start;
    now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves only the clock: nothing is delivered, nobody is waited for. */
  public void advance(Duration by) {
    now = now.plus(by);
  }

  void set(Instant newNow) {
    now = newNow;
  }

  /** Nanoseconds that have passed on this clock. */
  long ticks() {
    return Duration.between(start, now).toNanos();
  }
}
