package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The instants whose local time in a zone matches a cron expression. When the clocks there change:
 *
 * <ul>
 *   <li>an expression for every hour, or every n-th ({@link LocalCron#everyHour}), goes on with
 *       time as it passes: it is due at every instant whose local time matches, in both passes of
 *       an hour that comes twice, and not at local times that are left out;
 *   <li>any other is due once for each local time that it names: at the first of two passes, and at
 *       the instant at which the clocks go forward for all local times that are left out by that.
 * </ul>
 *
 * <p>Threading: safe.
 */
final class CronTiming implements Timing {
  // Each step goes back so many times as far: few steps both for seconds and for leap years.
  private static final int STRIDE = 16;
  private static final Duration FIRST_STEP = Duration.ofSeconds(2);

  private final LocalCron cron;
  private final ZoneRules rules;

  CronTiming(LocalCron cron, ZoneId zone) {
    this.cron = cron;
    rules = zone.getRules();
  }

  @Override
  public Optional<Instant> nextAfter(Instant time) {
    return Optional.ofNullable(cron.everyHour() ? nextAsTimePasses(time) : nextOnTheClock(time));
  }

  /** Quartz only looks forward, therefore steps back until something is due, then halves. */
  @Override
  public Optional<Instant> newestDue(Instant time) {
    Instant tooLate = time;
    Duration step = FIRST_STEP;
    while (tooLate.isAfter(Instant.EPOCH)) {
      Instant early = time.isAfter(Instant.EPOCH.plus(step)) ? time.minus(step) : Instant.EPOCH;
      Optional<Instant> due = dueIn(early, time);
      if (due.isPresent()) {
        return Optional.of(newestIn(due.get(), tooLate, time));
      }
      tooLate = early;
      step = step.multipliedBy(STRIDE);
    }
    return Optional.empty();
  }

  /**
   * The last instant due at or before {@code time}.
   *
   * @param due one of them
   * @param tooLate after which none is due until {@code time}
   */
  private Instant newestIn(Instant due, Instant tooLate, Instant time) {
    Instant newest = due;
    Instant end = tooLate;
    for (Optional<Instant> later = dueIn(newest, time);
        later.isPresent();
        later = dueIn(newest, time)) {
      newest = later.get();
      Instant middle = newest.plus(Duration.between(newest, end).dividedBy(2));
      Optional<Instant> inSecondHalf = dueIn(middle, time);
      if (inSecondHalf.isPresent()) {
        newest = inSecondHalf.get();
      } else {
        end = middle;
      }
    }
    return newest;
  }

  /** The first instant due after {@code from} and not after {@code to}. */
  private Optional<Instant> dueIn(Instant from, Instant to) {
    return nextAfter(from).filter(due -> !due.isAfter(to));
  }

  private @Nullable Instant nextOnTheClock(Instant time) {
    LocalDateTime local = local(time);
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change != null && change.isOverlap() && !time.isBefore(change.getInstant())) {
      // The second pass: the first one had all local times up to its end.
      local = change.getDateTimeBefore().minusSeconds(1);
    }
    for (LocalDateTime due = cron.nextAfter(local); due != null; due = cron.nextAfter(due)) {
      Instant instant = firstPass(due);
      if (instant.isAfter(time)) {
        return instant;
      }
    }
    return null;
  }

  private Instant firstPass(LocalDateTime local) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  /** Between two changes of the clocks local times rise with time. */
  private @Nullable Instant nextAsTimePasses(Instant time) {
    Instant from = time;
    LocalDateTime local = local(time);
    while (true) {
      LocalDateTime due = cron.nextAfter(local);
      Instant instant = due == null ? null : due.toInstant(rules.getOffset(from));
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || instant != null && instant.isBefore(change.getInstant())) {
        return instant;
      }
      if (due == null && change.getDateTimeAfter().isAfter(local)) {
        return null;
      }
      from = change.getInstant();
      local = change.getDateTimeAfter().minusSeconds(1);
    }
  }

  private LocalDateTime local(Instant time) {
    return LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, rules.getOffset(time));
  }
}
