package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Task types whose statements do not fit the tables of a database: a breaker for each of them. Each
 * time that this is seen again before a task of the type has succeeded, it lasts twice as long.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class StoppedTypes {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final int MOST_DOUBLINGS = 5;

  private final LongSupplier ticks;
  private final RandomGenerator random;
  private final Map<String, Stop> stops = new ConcurrentHashMap<>();

  /** A type that was stopped so often in a row, the last time until then. */
  private record Stop(int times, long until, String why) {}

  StoppedTypes(LongSupplier ticks, RandomGenerator random) {
    this.ticks = ticks;
    this.random = random;
  }

  /** Stops a type; returns for how long. */
  Duration stop(String type, String why) {
    long now = ticks.getAsLong();
    Stop stop =
        stops.compute(
            type,
            (key, before) -> {
              // Batches that ran side by side have seen the same.
              if (before != null && before.until() - now > 0) {
                return before;
              }
              int times = before == null ? 0 : Math.min(before.times() + 1, MOST_DOUBLINGS);
              long most = FIRST.toNanos() << times;
              return new Stop(times, now + most / 2 + random.nextLong(most / 2), why);
            });
    return Duration.ofNanos(stop.until() - now);
  }

  /** A task of the type was applied. */
  void succeeded(String type) {
    if (!stops.isEmpty()) {
      stops.remove(type);
    }
  }

  void check(String type) throws NotPermitted {
    Stop stop = stops.isEmpty() ? null : stops.get(type);
    if (stop != null) {
      long left = stop.until() - ticks.getAsLong();
      if (left > 0) {
        throw NotPermitted.later(type + " is stopped: " + stop.why(), Duration.ofNanos(left));
      }
    }
  }
}
