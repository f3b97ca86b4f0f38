package dev.sluice.settings;

import java.util.Optional;

/**
 * What the tasks of a type are held to; what is empty has no limit.
 *
 * @param concurrency attempts that run at once in each worker
 * @param rate tasks that start in a time in each worker, such as {@code 10/s}
 * @param shared in all workers together
 * @param perKey in all workers together, for each limit key
 */
public record TaskLimitSettings(
    Optional<Integer> concurrency,
    Optional<String> rate,
    LimitSettings shared,
    LimitSettings perKey) {

  /** In each worker. */
  public LimitSettings worker() {
    return new LimitSettings(concurrency, rate);
  }
}
