package dev.sluice.timelines;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cut every timeline to its retention.
 *
 * @param maxAgeDays posts older than this many days go; at least 1; null for 30
 * @param cap entries that a timeline may keep; at least 1; null for the worker's own
 * @param ratePerSecond timelines that each worker process looks at a second at most; at least 1;
 *     null for the worker's own
 */
public record TruncateTimelines(
    @Nullable Integer maxAgeDays, @Nullable Integer cap, @Nullable Integer ratePerSecond) {
  private static final int DEFAULT_MAX_AGE_DAYS = 30;

  public TruncateTimelines {
    atLeastOne("maxAgeDays", maxAgeDays);
    atLeastOne("cap", cap);
    atLeastOne("ratePerSecond", ratePerSecond);
  }

  /** With defaults: posts older than 30 days. */
  public static TruncateTimelines byAge() {
    return new TruncateTimelines(null, null, null);
  }

  public TruncateTimelines withCap(int newCap) {
    return new TruncateTimelines(maxAgeDays, newCap, ratePerSecond);
  }

  public TruncateTimelines withRatePerSecond(int newRate) {
    return new TruncateTimelines(maxAgeDays, cap, newRate);
  }

  public Duration maxAge() {
    return Duration.ofDays(maxAgeDays == null ? DEFAULT_MAX_AGE_DAYS : maxAgeDays);
  }

  public int capOr(int fallback) {
    return cap == null ? fallback : Math.min(cap, fallback);
  }

  public long ratePerSecondOr(long fallback) {
    return ratePerSecond == null ? fallback : ratePerSecond;
  }

  private static void atLeastOne(String name, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, is " + value);
    }
  }
}
