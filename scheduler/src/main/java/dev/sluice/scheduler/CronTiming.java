package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.ScheduleBuilder;

/** The instants that match a cron expression in a time zone. */
final class CronTiming implements Timing {
  // From one 29 February over a century's end to the next.
  private static final long FARTHEST_SECONDS = Duration.ofDays(8 * 366).toSeconds();

  private final CronExpression expression;
  private final TimeZone zone;

  /** Keeps a copy of {@code expression}, which has no zone of its own yet. */
  CronTiming(CronExpression expression, ZoneId zone) {
    this.expression = new CronExpression(expression);
    this.zone = TimeZone.getTimeZone(zone);
    this.expression.setTimeZone(this.zone);
  }

  @Override
  public Optional<Instant> nextAfter(Instant time) {
    return Optional.ofNullable(expression.getNextValidTimeAfter(Date.from(time)))
        .map(Date::toInstant);
  }

  /**
   * Quartz only looks forward. The instant wanted is the next one after the last second from which
   * the next one is not later than {@code time}: a search that doubles its step backwards brackets
   * that second, and halving finds it.
   */
  @Override
  public Optional<Instant> newestDue(Instant time) {
    long tooLate = time.getEpochSecond();
    long step = 1;
    while (!dueAfter(tooLate - step, time)) {
      step *= 2;
      if (step > FARTHEST_SECONDS) {
        return Optional.empty();
      }
    }
    long early = tooLate - step;
    while (tooLate - early > 1) {
      long middle = early + (tooLate - early) / 2;
      if (dueAfter(middle, time)) {
        early = middle;
      } else {
        tooLate = middle;
      }
    }
    return nextAfter(Instant.ofEpochSecond(early));
  }

  @Override
  public ScheduleBuilder<?> schedule(MisfirePolicy misfire) {
    CronScheduleBuilder schedule = CronScheduleBuilder.cronSchedule(expression).inTimeZone(zone);
    return switch (misfire) {
      case ONCE, ALL -> schedule.withMisfireHandlingInstructionFireAndProceed();
      case SKIP -> schedule.withMisfireHandlingInstructionDoNothing();
    };
  }

  private boolean dueAfter(long second, Instant time) {
    return nextAfter(Instant.ofEpochSecond(second)).filter(next -> !next.isAfter(time)).isPresent();
  }
}
