package dev.sluice.worker.governor;

import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a kind are held to.
 *
 * @param concurrency attempts that may run at a time, a batch counts as one; at least 1, null
 *     (default) for no limit
 * @param rate tasks that may start in a time, each task of a batch counts; null (default) for no
 *     limit
 */
public record Limits(@Nullable Integer concurrency, @Nullable Rate rate) {

  /** No limit. */
  public static final Limits NONE = new Limits(null, null);

  public Limits {
    if (concurrency != null && concurrency < 1) {
      throw new IllegalArgumentException(
          "a limit of concurrency must be at least 1, is "
              + concurrency
              + "; leave it out for no limit, pause the queue to stop its tasks");
    }
  }

  public Limits concurrency(int newConcurrency) {
    return new Limits(newConcurrency, rate);
  }

  /** The same with another rate; null for none. */
  public Limits rate(@Nullable Rate newRate) {
    return new Limits(concurrency, newRate);
  }

  /** Whether there is no limit. */
  public boolean none() {
    return concurrency == null && rate == null;
  }

  @Override
  public String toString() {
    if (none()) {
      return "none";
    }
    return (concurrency == null ? "" : concurrency + " at a time")
        + (concurrency == null || rate == null ? "" : ", ")
        + (rate == null ? "" : rate);
  }

  /**
   * The part of one worker of {@code workers}; a concurrency of at least 1, so that no worker
   * stops.
   */
  Limits part(int workers) {
    return new Limits(
        concurrency == null ? null : Math.max(1, concurrency / workers),
        rate == null ? null : rate.part(workers));
  }
}
