package dev.sluice.worker.longtask;

import org.jspecify.annotations.Nullable;

/**
 * What a lane has before it, in the long task's own terms, for example ids; each has at most 255
 * characters.
 *
 * @param after the position reached; null at the start of everything
 * @param upTo where the lane ends, the same at every step; null for the end of everything
 */
public record Slice(@Nullable String after, @Nullable String upTo) {
  /** Everything. */
  public static final Slice ALL = new Slice(null, null);

  private static final int MAX = 255;

  public Slice {
    check(after);
    check(upTo);
  }

  static void check(@Nullable String position) {
    if (position != null && position.length() > MAX) {
      throw new IllegalArgumentException(
          "a position has at most "
              + MAX
              + " characters, this one has "
              + position.length()
              + ": "
              + position.substring(0, 40)
              + "…");
    }
  }
}
