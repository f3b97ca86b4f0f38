package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One look of Quartz's at a job: it is about the instants from {@code scheduled} up to the next
 * look. Each instant belongs to one look, and the misfire policy says which of them are fired.
 *
 * @param scheduled the first instant at which the job was due and not looked at
 * @param time when it was looked at
 * @param next for when the next look is scheduled; null when the job is never due again
 */
record Look(Instant scheduled, Instant time, @Nullable Instant next) {
  /** By how much a firing must be late to be missed. */
  static final Duration LATE = Duration.ofMinutes(1);

  /** How many firings are made up for at once by {@link MisfirePolicy#ALL}; the rest comes next. */
  static final int MOST = 100;

  /** A look at {@code time}. One that is not late is about its own instant alone. */
  static Look at(Instant time, Instant scheduled, Timing timing, MisfirePolicy policy) {
    Optional<Instant> next;
    if (!late(scheduled, time)) {
      next = timing.nextAfter(scheduled);
    } else if (policy == MisfirePolicy.ALL) {
      next = afterMost(scheduled, time, timing);
    } else {
      next = timing.nextAfter(time);
    }
    return new Look(scheduled, time, next.orElse(null));
  }

  /**
   * The same again, when a scheduler died between a look and its firings. The missed ones it was
   * about may have become more since.
   */
  static Look again(
      Instant now, Instant scheduled, Instant before, Timing timing, MisfirePolicy policy) {
    return at(late(scheduled, before) ? now : before, scheduled, timing, policy);
  }

  /** What is to be fired, oldest first. */
  List<Instant> due(Timing timing, MisfirePolicy policy) {
    if (policy == MisfirePolicy.ALL) {
      return all(timing);
    }
    Instant last = next != null ? next.minusNanos(1) : later(scheduled, time);
    return timing
        .newestDue(last)
        .filter(newest -> !newest.isBefore(scheduled))
        .filter(newest -> policy == MisfirePolicy.ONCE || !late(newest, time))
        .map(List::of)
        .orElse(List.of());
  }

  private List<Instant> all(Timing timing) {
    List<Instant> all = new ArrayList<>();
    Optional<Instant> due = timing.nextAfter(scheduled.minusNanos(1));
    while (due.isPresent() && all.size() < MOST && (next == null || due.get().isBefore(next))) {
      all.add(due.get());
      due = timing.nextAfter(due.get());
    }
    return all;
  }

  private static Optional<Instant> afterMost(Instant scheduled, Instant time, Timing timing) {
    Optional<Instant> next = timing.nextAfter(scheduled);
    for (int i = 1; i < MOST && next.isPresent() && !next.get().isAfter(time); i++) {
      next = timing.nextAfter(next.get());
    }
    return next;
  }

  private static boolean late(Instant due, Instant time) {
    return due.plus(LATE).isBefore(time);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
