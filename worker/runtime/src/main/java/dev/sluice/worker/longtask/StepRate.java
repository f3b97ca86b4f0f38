package dev.sluice.worker.longtask;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds the units of work a second in one process: a generic cell rate algorithm (ITU-T I.371).
 * Each step takes its turn before it reads anything; what it did less than it asked for is given
 * back.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class StepRate {
  private final LongSupplier ticks;
  private long nextTurn;

  /**
   * @param ticks nanoseconds that never go back
   */
  StepRate(LongSupplier ticks) {
    this.ticks = ticks;
    nextTurn = ticks.getAsLong();
  }

  /**
   * Takes a turn for so many units, unless that is further away than {@code patience}.
   *
   * @param unitsPerSecond 0 for no limit
   * @return how long to wait until the turn; more than {@code patience} when none was taken
   */
  synchronized Duration take(long units, long unitsPerSecond, Duration patience) {
    if (unitsPerSecond == 0) {
      return Duration.ZERO;
    }
    long now = ticks.getAsLong();
    if (nextTurn - now < 0) {
      nextTurn = now;
    }
    Duration wait = Duration.ofNanos(nextTurn - now);
    if (wait.compareTo(patience) <= 0) {
      nextTurn += nanos(units, unitsPerSecond);
    }
    return wait;
  }

  /** Gives back units that were taken and not used. */
  synchronized void giveBack(long units, long unitsPerSecond) {
    nextTurn -= nanos(units, unitsPerSecond);
  }

  private static long nanos(long units, long unitsPerSecond) {
    return unitsPerSecond == 0 ? 0 : (long) (units * 1e9 / unitsPerSecond);
  }
}
