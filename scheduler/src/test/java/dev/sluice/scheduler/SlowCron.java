package dev.sluice.scheduler;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The same instants as {@link CronTiming}'s, found by looking at every minute: of an expression
 * that names no seconds.
 */
record SlowCron(Predicate<LocalDateTime> matches, boolean everyHour, ZoneId zone) {

  /** What is due from one whole minute on and before another. */
  List<Instant> due(Instant from, Instant to) {
    List<Instant> due = new ArrayList<>();
    ZoneOffsetTransition change = changeFrom(from);
    for (Instant time = from; time.isBefore(to); time = time.plus(1, ChronoUnit.MINUTES)) {
      boolean changes = change != null && change.getInstant().equals(time);
      LocalDateTime local = LocalDateTime.ofInstant(time, zone);
      if (matches.test(local) && (everyHour || !wasBefore(local, time))) {
        due.add(time);
      } else if (changes && !everyHour && leavesOneOut(change)) {
        due.add(time);
      }
      if (changes) {
        change = zone.getRules().nextTransition(time);
      }
    }
    return due;
  }

  private @Nullable ZoneOffsetTransition changeFrom(Instant time) {
    return zone.getRules().nextTransition(time.minusNanos(1));
  }

  private boolean leavesOneOut(ZoneOffsetTransition change) {
    for (LocalDateTime leftOut = change.getDateTimeBefore();
        leftOut.isBefore(change.getDateTimeAfter());
        leftOut = leftOut.plusMinutes(1)) {
      if (matches.test(leftOut)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the clocks have shown the same time at an earlier instant. */
  private boolean wasBefore(LocalDateTime local, Instant time) {
    return zone.getRules().getValidOffsets(local).stream()
        .anyMatch(offset -> local.toInstant(offset).isBefore(time));
  }
}
