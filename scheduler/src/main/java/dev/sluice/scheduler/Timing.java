package dev.sluice.scheduler;

import java.time.Instant;
import java.util.Optional;
import org.quartz.ScheduleBuilder;

/** The instants at which a job is due: a pure function of its specification. */
sealed interface Timing permits CronTiming, IntervalTiming {

  /** The first instant after {@code time}; empty when there is none. */
  Optional<Instant> nextAfter(Instant time);

  /**
   * The last instant at or before {@code time}; empty when there is none in the eight years before.
   */
  Optional<Instant> newestDue(Instant time);

  /** The same for Quartz. */
  ScheduleBuilder<?> schedule(MisfirePolicy misfire);
}
