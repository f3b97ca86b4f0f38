package dev.sluice.worker;

import dev.sluice.topology.QueueSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a worker consumes one queue.
 *
 * @param concurrency attempts that may run at a time, 1 to 10,000; default 10
 * @param prefetch deliveries that may be held, at least the concurrency; 0 (default) for as many as
 *     20 times the concurrency, or three batches, bounded by the memory for bodies
 * @param weight its share of the worker's concurrency ({@link
 *     dev.sluice.worker.governor.Governor#concurrency}), beside the weights of the other queues; 1
 *     (default) to 1,000
 * @param slo within this a task should start, from when it is due; null (default) for not measured
 * @param profile how the queue is declared; null for the default of its name
 * @param ordered whether tasks with an order key are consumed as well, in the same slots; takes a
 *     database and a second prefetch; default false
 */
public record QueueOptions(
    int concurrency,
    int prefetch,
    int weight,
    @Nullable Duration slo,
    QueueSpec.@Nullable Profile profile,
    boolean ordered) {

  /** Concurrency 10, computed prefetch, weight 1, the profile that goes with the queue's name. */
  public static final QueueOptions DEFAULTS = new QueueOptions(10, 0, 1, null, null, false);

  public QueueOptions {
    if (concurrency < 1 || concurrency > 10_000) {
      throw new IllegalArgumentException("concurrency must be 1 to 10000, is " + concurrency);
    }
    if (weight < 1 || weight > 1_000) {
      throw new IllegalArgumentException("weight must be 1 to 1000, is " + weight);
    }
    if (slo != null && (slo.isNegative() || slo.isZero())) {
      throw new IllegalArgumentException("slo must be longer than 0, is " + slo);
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
    return new QueueOptions(newConcurrency, prefetch, weight, slo, profile, ordered);
  }

  public QueueOptions prefetch(int newPrefetch) {
    return new QueueOptions(concurrency, newPrefetch, weight, slo, profile, ordered);
  }

  public QueueOptions weight(int newWeight) {
    return new QueueOptions(concurrency, prefetch, newWeight, slo, profile, ordered);
  }

  public QueueOptions slo(Duration newSlo) {
    return new QueueOptions(concurrency, prefetch, weight, newSlo, profile, ordered);
  }

  public QueueOptions profile(QueueSpec.Profile newProfile) {
    return new QueueOptions(concurrency, prefetch, weight, slo, newProfile, ordered);
  }

  /** Consumes tasks with an order key as well. */
  public QueueOptions ordered(boolean newOrdered) {
    return new QueueOptions(concurrency, prefetch, weight, slo, profile, newOrdered);
  }
}
