package dev.sluice.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may run.
 *
 * @param soft after this the handler is asked to stop; null for no soft limit
 * @param hard after this the attempt is ended; null for the worker's default (15 minutes)
 */
public record TimeLimits(@Nullable Duration soft, @Nullable Duration hard) {

  /** No limit of its own: the worker's defaults apply. */
  public static final TimeLimits NONE = new TimeLimits(null, null);

  public TimeLimits {
    if (soft != null && (soft.isNegative() || soft.isZero())) {
      throw new IllegalArgumentException("soft time limit must be longer than 0, is " + soft);
    }
    if (hard != null && (hard.isNegative() || hard.isZero())) {
      throw new IllegalArgumentException("hard time limit must be longer than 0, is " + hard);
    }
    if (soft != null && hard != null && soft.compareTo(hard) > 0) {
      throw new IllegalArgumentException(
          "soft time limit " + soft + " is longer than the hard one, " + hard);
    }
  }

  /** These limits, with those of {@code defaults} where none is set here. */
  public TimeLimits orElse(TimeLimits defaults) {
    Duration newHard = hard != null ? hard : defaults.hard;
    Duration newSoft = soft != null ? soft : defaults.soft;
    if (newSoft != null && newHard != null && newSoft.compareTo(newHard) > 0) {
      newSoft = newHard;
    }
    return new TimeLimits(newSoft, newHard);
  }
}
