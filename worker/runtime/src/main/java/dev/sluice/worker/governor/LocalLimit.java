package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A limit that one worker holds to by itself. Who waits for it is served in turn.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class LocalLimit {
  /** Of a concurrency nobody knows when it will be free. */
  static final Duration UNKNOWN_PAUSE = Duration.ofSeconds(5);

  private final String what;
  private final LongSupplier ticks;
  private final Line line = new Line();
  private final AtomicInteger running = new AtomicInteger();

  /** Guarded by the line's lock. */
  private final Gcra pace;

  private volatile Limits limits = Limits.NONE;

  /**
   * @param what whose limit it is, for a person
   */
  LocalLimit(String what, LongSupplier ticks) {
    this.what = what;
    this.ticks = ticks;
    pace = new Gcra(ticks.getAsLong());
  }

  Limits limits() {
    return limits;
  }

  /** Changes the limit. What runs goes on; who waits is looked at anew. */
  void limits(Limits newLimits) {
    if (newLimits.equals(limits)) {
      return;
    }
    line.lock().lock();
    try {
      pace.change(newLimits.rate(), ticks.getAsLong());
      limits = newLimits;
      line.nudge();
    } finally {
      line.lock().unlock();
    }
  }

  int running() {
    return running.get();
  }

  int waiting() {
    return line.size();
  }

  /**
   * Takes a permit, waiting for it.
   *
   * @param tasks how many the rate counts
   * @param until the tick at which it gives up
   * @throws NotPermitted when there is none until then
   */
  Permit take(int tasks, long until) throws InterruptedException, NotPermitted {
    if (limits.none()) {
      return occupied();
    }
    line.lock().lock();
    try {
      Line.Place place = line.join();
      try {
        return await(place, tasks, until);
      } finally {
        place.leave();
      }
    } finally {
      line.lock().unlock();
    }
  }

  /** Counts tasks that somebody else has let through. */
  Permit occupy(int tasks) {
    if (limits.rate() != null) {
      line.lock().lock();
      try {
        pace.charge(ticks.getAsLong(), tasks);
      } finally {
        line.lock().unlock();
      }
    }
    return occupied();
  }

  private Permit await(Line.Place place, int tasks, long until)
      throws InterruptedException, NotPermitted {
    while (true) {
      long now = ticks.getAsLong();
      long left = until - now;
      long turn = pace.readyIn(now, place.before());
      boolean free = free();
      if (place.first() && free && turn == 0) {
        pace.charge(now, tasks);
        return occupied();
      }
      if (left <= 0 || turn > left) {
        Duration pause = pace.putOff(now, turn, tasks);
        throw NotPermitted.later(
            what + " is at its limit of " + named(free), pause.isZero() ? UNKNOWN_PAUSE : pause);
      }
      // The rate is known, the end of what runs is told.
      place.await(place.first() && free ? Math.min(turn, left) : left);
    }
  }

  private boolean free() {
    Integer most = limits.concurrency();
    return most == null || running.get() < most;
  }

  private String named(boolean free) {
    return free && limits.rate() != null
        ? String.valueOf(limits.rate())
        : limits.concurrency() + " at a time";
  }

  private Permit occupied() {
    running.incrementAndGet();
    return this::ended;
  }

  private void ended() {
    running.decrementAndGet();
    if (limits.concurrency() != null) {
      line.nudge();
    }
  }
}
