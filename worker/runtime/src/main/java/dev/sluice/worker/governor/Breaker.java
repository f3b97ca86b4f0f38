package dev.sluice.worker.governor;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether a database can be worked with. A failure makes it suspicious, and a probe decides:
 * one broken connection is no outage. While it is open nothing is let through and it is probed
 * every 1 to 5 s; afterwards so many transactions may run at a time: 1, 2, 4 and so on, until
 * nobody can tell the difference. What fails meanwhile opens it again.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Breaker {
  static final int UNLIMITED = Integer.MAX_VALUE;
  static final long NEVER = Long.MAX_VALUE;

  private static final long SECOND = 1_000_000_000;
  private static final long SHORTEST_PAUSE = SECOND;
  private static final long LONGEST_PAUSE = 5 * SECOND;
  private static final long STEP = SECOND / 2;

  /** From here on pools and slots are the limit. */
  private static final int FULL = 128;

  private final RandomGenerator random;
  private BreakerState state = BreakerState.CLOSED;
  private boolean suspected;
  private int limit = UNLIMITED;
  private long due;
  private @Nullable String why;

  Breaker(RandomGenerator random) {
    this.random = random;
  }

  synchronized BreakerState state() {
    return state;
  }

  /** Why it is open, for a person; null when it is not. */
  synchronized @Nullable String why() {
    return state == BreakerState.OPEN ? why : null;
  }

  /** Transactions that may run at a time. */
  synchronized int limit() {
    return limit;
  }

  /**
   * A transaction failed, and perhaps the database is away.
   *
   * @return whether anything changed
   */
  synchronized boolean suspect(String reason, long now) {
    if (state == BreakerState.RAMPING) {
      away(reason, now);
      return true;
    }
    boolean first = state == BreakerState.CLOSED && !suspected;
    suspected |= first;
    return first;
  }

  /** Nanoseconds until the next probe; 0 for now, {@link #NEVER} for none. */
  synchronized long untilProbe(long now) {
    return suspected ? 0 : state == BreakerState.OPEN ? Math.max(0, due - now) : NEVER;
  }

  /** Nanoseconds until {@link #step}; {@link #NEVER} when there is none. */
  synchronized long untilStep(long now) {
    return state == BreakerState.RAMPING ? Math.max(0, due - now) : NEVER;
  }

  /**
   * A probe has ended.
   *
   * @param failure what it failed with; null when it did not
   */
  synchronized void probed(@Nullable String failure, long now) {
    if (failure != null) {
      away(failure, now);
    } else if (state == BreakerState.OPEN) {
      state = BreakerState.RAMPING;
      limit = 1;
      due = now + STEP;
    }
    suspected = false;
  }

  /** Lets more through, when it is time. */
  synchronized void step(long now) {
    if (untilStep(now) > 0) {
      return;
    }
    limit *= 2;
    due = now + STEP;
    if (limit >= FULL) {
      state = BreakerState.CLOSED;
      limit = UNLIMITED;
    }
  }

  private void away(String reason, long now) {
    state = BreakerState.OPEN;
    suspected = false;
    why = reason;
    limit = 0;
    due = now + pause();
  }

  private long pause() {
    return SHORTEST_PAUSE + random.nextLong(LONGEST_PAUSE - SHORTEST_PAUSE);
  }
}
