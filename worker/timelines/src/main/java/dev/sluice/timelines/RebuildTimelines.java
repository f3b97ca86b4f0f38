package dev.sluice.timelines;

import org.jspecify.annotations.Nullable;

/**
 * Rebuild the public timeline, and the following timelines and profiles of all users.
 *
 * @param lanes how many users at a time, 1 to 64; null for 4
 */
public record RebuildTimelines(@Nullable Integer lanes) {
  private static final int DEFAULT_LANES = 4;
  private static final int MAX_LANES = 64;

  public RebuildTimelines {
    if (lanes != null && (lanes < 1 || lanes > MAX_LANES)) {
      throw new IllegalArgumentException("lanes must be 1 to " + MAX_LANES + ", is " + lanes);
    }
  }

  /** With the default number of lanes. */
  public static RebuildTimelines all() {
    return new RebuildTimelines(null);
  }

  public int lanesOrDefault() {
    return lanes == null ? DEFAULT_LANES : lanes;
  }
}
