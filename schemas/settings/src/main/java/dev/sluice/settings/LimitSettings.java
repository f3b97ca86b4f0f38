package dev.sluice.settings;

import java.util.Optional;

/**
 * A limit of tasks; what is empty has none.
 *
 * @param concurrency attempts that run at once
 * @param rate tasks that start in a time, such as {@code 10/s}
 */
public record LimitSettings(Optional<Integer> concurrency, Optional<String> rate) {

  /** Whether there is no limit. */
  public boolean none() {
    return concurrency.isEmpty() && rate.isEmpty();
  }
}
