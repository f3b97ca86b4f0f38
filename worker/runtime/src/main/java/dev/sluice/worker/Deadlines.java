package dev.sluice.worker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Sets the time limits of attempts: the task's own, else its type's, else the worker's.
 *
 * <p>Threading: stateless.
 */
final class Deadlines {
  private final WorkerOptions options;
  private final InstantSource clock;
  private final LongSupplier ticks;

  Deadlines(WorkerOptions options) {
    this.options = options;
    clock = options.clock();
    ticks = options.ticks();
  }

  /** The attempt's handler is about to be called by the current thread. */
  void begin(Attempt attempt) {
    var limits =
        attempt
            .task()
            .limits()
            .orElse(attempt.registration().type().timeLimits())
            .orElse(options.limits());
    Duration hard = Objects.requireNonNull(limits.hard(), "the worker's default is never null");
    if (hard.compareTo(options.consumerTimeout()) > 0) {
      // A foreign producer's limit; ours were checked at the start.
      hard = options.consumerTimeout();
    }
    Duration soft = limits.soft() == null ? hard : limits.soft();
    long now = ticks.getAsLong();
    attempt.begin(now, now + soft.toNanos(), now + hard.toNanos(), clock.instant().plus(hard));
  }
}
