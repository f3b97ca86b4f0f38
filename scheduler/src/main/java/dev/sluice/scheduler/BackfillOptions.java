package dev.sluice.scheduler;

/**
 * How firings that are past are made up for on request.
 *
 * @param limit how many at most, oldest first; at least 1, default 1000
 * @param dryRun whether to tell only what would be fired; default false
 */
public record BackfillOptions(int limit, boolean dryRun) {

  /** At most a thousand firings. */
  public static final BackfillOptions DEFAULTS = new BackfillOptions(1000, false);

  public BackfillOptions {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, is " + limit);
    }
  }

  public BackfillOptions limit(int newLimit) {
    return new BackfillOptions(newLimit, dryRun);
  }

  public BackfillOptions dryRun(boolean newDryRun) {
    return new BackfillOptions(limit, newDryRun);
  }
}
