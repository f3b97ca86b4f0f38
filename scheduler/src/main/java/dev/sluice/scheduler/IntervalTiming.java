package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The multiples of a duration since 1970-01-01T00:00Z.
 *
 * @param every whole seconds, at least one
 */
record IntervalTiming(Duration every) implements Timing {

  @Override
  public Optional<Instant> nextAfter(Instant time) {
    return newestDue(time).map(due -> due.plus(every));
  }

  @Override
  public Optional<Instant> newestDue(Instant time) {
    long seconds = time.getEpochSecond();
    return Optional.of(Instant.ofEpochSecond(seconds - Math.floorMod(seconds, every.toSeconds())));
  }
}
