package dev.sluice.settings;

import dev.sluice.topology.QueueSpec.Profile;
import java.time.Duration;
import java.util.Optional;

/**
 * How one queue is consumed; what is empty is decided by the worker.
 *
 * @param concurrency attempts that run at once
 * @param prefetch unsettled deliveries a worker may hold
 * @param weight its share of the worker's concurrency limit, beside the other queues
 * @param slo within this a task should start, from when it is due
 * @param profile how the queue is declared
 * @param ordered whether tasks with an order key are consumed as well
 */
public record QueueSettings(
    Optional<Integer> concurrency,
    Optional<Integer> prefetch,
    int weight,
    Optional<Duration> slo,
    Optional<Profile> profile,
    boolean ordered) {

  /** Everything as the worker decides. */
  public static final QueueSettings DEFAULTS =
      new QueueSettings(
          Optional.empty(), Optional.empty(), 1, Optional.empty(), Optional.empty(), false);

  void check(String name, int defaultConcurrency) {
    if (slo.isPresent() && slo.get().isZero()) {
      throw new IllegalArgumentException(
          "worker.queues.%s.slo: must be longer than 0".formatted(name));
    }
    int needed = concurrency.orElse(defaultConcurrency);
    if (prefetch.isPresent() && prefetch.get() < needed) {
      throw new IllegalArgumentException(
          "worker.queues.%s.prefetch: %d is below its concurrency, %d"
              .formatted(name, prefetch.get(), needed));
    }
  }
}
