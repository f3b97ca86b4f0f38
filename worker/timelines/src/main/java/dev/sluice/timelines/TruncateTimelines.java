package dev.sluice.timelines;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cut every timeline to its retention.
 *
 * @param maxAgeDays posts older than this many days go; at least 1; null for 30
 * @param cap entries that a timeline may keep; at least 1; null for the worker's own
 */
public record TruncateTimelines(@Nullable Integer maxAgeDays, @Nullable Integer cap) {
  private static final int DEFAULT_MAX_AGE_DAYS = 30;

  public TruncateTimelines {
    if (maxAgeDays != null && maxAgeDays < 1) {
      throw new IllegalArgumentException("maxAgeDays must be at least 1, is " + maxAgeDays);
    }
    if (cap != null && cap < 1) {
      throw new IllegalArgumentException("cap must be at least 1, is " + cap);
    }
  }

  /** With defaults: posts older than 30 days. */
  public static TruncateTimelines byAge() {
    return new TruncateTimelines(null, null);
  }

  public Duration maxAge() {
    return Duration.ofDays(maxAgeDays == null ? DEFAULT_MAX_AGE_DAYS : maxAgeDays);
  }

  public int capOr(int fallback) {
    return cap == null ? fallback : Math.min(cap, fallback);
  }
}
