package dev.sluice.scheduler;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The instants at which a job is due: a pure function of its specification, and the only authority
 * on them. All are whole seconds.
 */
sealed interface Timing permits CronTiming, IntervalTiming {

  /** The first instant after {@code time}; empty when there is none. */
  Optional<Instant> nextAfter(Instant time);

  /** The last instant at or before {@code time}; empty when there is none since 1970. */
  Optional<Instant> newestDue(Instant time);

  /** The first instants after {@code time}, at most {@code count}. */
  default List<Instant> nextAfter(Instant time, int count) {
    return Stream.iterate(nextAfter(time), Optional::isPresent, due -> due.flatMap(this::nextAfter))
        .limit(count)
        .flatMap(Optional::stream)
        .toList();
  }
}
