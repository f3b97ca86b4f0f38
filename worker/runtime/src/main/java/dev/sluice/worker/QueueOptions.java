package dev.sluice.worker;

import dev.sluice.topology.QueueSpec;
import org.jspecify.annotations.Nullable;

/**
 * How a worker consumes one queue.
 *
 * @param concurrency attempts that may run at a time, 1 to 10,000; default 10
 * @param prefetch deliveries that may be held, at least the concurrency; 0 (default) for as many as
 *     20 times the concurrency, bounded by the memory for bodies
 * @param profile how the queue is declared; null for the default of its name
 * @param ordered whether tasks with an order key are consumed as well, in the same slots; takes a
 *     database and a second prefetch; default false
 */
public record QueueOptions(
    int concurrency, int prefetch, QueueSpec.@Nullable Profile profile, boolean ordered) {

  /** Concurrency 10, computed prefetch, the profile that goes with the queue's name, no order. */
  public static final QueueOptions DEFAULTS = new QueueOptions(10, 0, null, false);

  public QueueOptions {
    if (concurrency < 1 || concurrency > 10_000) {
      throw new IllegalArgumentException("concurrency must be 1 to 10000, is " + concurrency);
    }
    if (prefetch != 0 && (prefetch < concurrency || prefetch > 65_535)) {
      throw new IllegalArgumentException(
          "prefetch must be 0 (computed) or "
              + concurrency
              + " (the concurrency) to 65535, is "
              + prefetch);
    }
  }

  public QueueOptions concurrency(int newConcurrency) {
    return new QueueOptions(newConcurrency, prefetch, profile, ordered);
  }

  public QueueOptions prefetch(int newPrefetch) {
    return new QueueOptions(concurrency, newPrefetch, profile, ordered);
  }

  public QueueOptions profile(QueueSpec.Profile newProfile) {
    return new QueueOptions(concurrency, prefetch, newProfile, ordered);
  }

  /** Consumes tasks with an order key as well. */
  public QueueOptions ordered(boolean newOrdered) {
    return new QueueOptions(concurrency, prefetch, profile, newOrdered);
  }
}
