package dev.sluice.worker.governor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Spaces tasks out to a rate: the generic cell rate algorithm (ITU-T I.371), with a tolerance, so
 * that who comes late by less loses nothing. In a time of {@code w} start no more tasks than {@code
 * (w + tolerance) · rate + 1}.
 *
 * <p>Threading: for one thread at a time.
 */
final class Gcra {
  static final Duration TOLERANCE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Nanoseconds between two tasks; 0 for no limit. */
  private double every;

  /** The theoretical arrival time of the next task. */
  private long arrival;

  /** Until when tasks were put off. */
  private long later;

  Gcra(long now) {
    arrival = now;
    later = now;
  }

  /** Holds to another rate from now on; what was charged is charged by the new one. */
  void change(@Nullable Rate rate, long now) {
    double next = rate == null ? 0 : rate.interval();
    if (next != every) {
      long ahead = Math.max(0, arrival - now);
      arrival = now + (every == 0 ? 0 : (long) (ahead / every * next));
      every = next;
      later = now;
    }
  }

  /** Nanoseconds until the task may start that has {@code before} others before it; 0 for now. */
  long readyIn(long now, int before) {
    if (every == 0) {
      return 0;
    }
    return Math.max(0, Math.max(0, arrival - now) - TOLERANCE.toNanos() + (long) (before * every));
  }

  /** So many tasks start now. */
  void charge(long now, int tasks) {
    if (every > 0) {
      arrival = now + Math.max(0, arrival - now) + (long) (tasks * every);
    }
  }

  /**
   * When tasks should come again that would have to wait for {@code turn}: each that is put off
   * later than the one before, at the pace of the rate. Zero when there is none.
   */
  Duration putOff(long now, long turn, int tasks) {
    if (every == 0) {
      return Duration.ZERO;
    }
    long pause = Math.max(later - now, turn);
    if (pause > LONGEST_PAUSE.toNanos()) {
      return LONGEST_PAUSE;
    }
    later = now + pause + (long) (tasks * every);
    return Duration.ofNanos(pause);
  }
}
