package dev.sluice.settings;

import dev.sluice.topology.QueueSpec.Profile;
import java.util.Optional;

/**
 * How one queue is consumed; what is empty is decided by the worker.
 *
 * @param concurrency attempts that run at once
 * @param prefetch unsettled deliveries a worker may hold
 * @param profile how the queue is declared
 * @param ordered whether tasks with an order key are consumed as well
 */
public record QueueSettings(
    Optional<Integer> concurrency,
    Optional<Integer> prefetch,
    Optional<Profile> profile,
    Optional<Boolean> ordered) {

  /** Everything as the worker decides. */
  public static final QueueSettings DEFAULTS =
      new QueueSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  void check(String name, int defaultConcurrency) {
    int needed = concurrency.orElse(defaultConcurrency);
    if (prefetch.isPresent() && prefetch.get() < needed) {
      throw new IllegalArgumentException(
          "worker.queues.%s.prefetch: %d is below its concurrency, %d"
              .formatted(name, prefetch.get(), needed));
    }
  }
}
