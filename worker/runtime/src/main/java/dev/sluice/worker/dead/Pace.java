package dev.sluice.worker.dead;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Spreads messages over time: the delay ladder holds each until its second, so that a redrive
 * survives whoever asked for it, and nobody waits.
 *
 * <p>Threading: for one thread.
 */
final class Pace {
  private final Instant start;
  private final int perSecond;
  private int given;

  /**
   * @param perSecond messages per second, at least 1
   */
  Pace(Instant start, int perSecond) {
    if (perSecond < 1) {
      throw new IllegalArgumentException(
          "the rate must be at least 1 task per second, is " + perSecond);
    }
    this.start = start;
    this.perSecond = perSecond;
  }

  /** When the next message may leave; null for at once. */
  @Nullable Instant next() {
    int second = given++ / perSecond;
    return second == 0 ? null : start.plusSeconds(second);
  }
}
