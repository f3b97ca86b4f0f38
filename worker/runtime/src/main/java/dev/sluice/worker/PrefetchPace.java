package dev.sluice.worker;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides how many deliveries one queue's consumer may hold: what is done in a minute, as the last
 * minute showed it, and after an outage as many as may run at a time. Otherwise what waits long for
 * a permit would run into the broker's consumer timeout. A new number means a new subscription, so
 * that small changes are none.
 *
 * <p>Threading: for one thread.
 */
final class PrefetchPace {
  private static final long SECOND = 1_000_000_000;
  private static final long MINUTE = 60 * SECOND;

  /** Of a shorter time no pace can be told. */
  private static final long SHORTEST = 10 * SECOND;

  private final int full;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long lastFull;

  /** How many deliveries had been dealt with when. */
  private record Mark(long at, long acked) {}

  /**
   * The consumer as it is.
   *
   * @param prefetch deliveries that it may hold; 0 while it is paused
   * @param acked deliveries dealt with since its start
   * @param held deliveries not settled
   * @param started attempts whose handlers are running
   * @param ramp how many transactions may run at a time
   */
  record Look(int prefetch, long acked, int held, int started, int ramp) {}

  /**
   * A pace of which nothing is known.
   *
   * @param full what the consumer may hold in better times
   * @param now nanoseconds that never go back
   */
  PrefetchPace(int full, long now) {
    this.full = full;
    lastFull = now;
  }

  /** What the consumer should hold from now on. */
  int wanted(Look look, long now) {
    int most = Math.min(paced(look, now), look.ramp());
    int current = look.prefetch();
    boolean same = most < 2 * current && current < 2 * most && most < full;
    return same ? current : most;
  }

  private int paced(Look look, long now) {
    if (look.prefetch() == 0 || look.held() >= look.prefetch()) {
      lastFull = now;
    } else if (now - lastFull > SHORTEST) {
      // The queue is empty: nothing waits for long, and what the pace would be is not known.
      marks.clear();
      return full;
    }
    marks.add(new Mark(now, look.acked()));
    while (now - marks.element().at() > MINUTE) {
      marks.remove();
    }
    long took = now - marks.element().at();
    if (took < SHORTEST) {
      return full;
    }
    long done = look.acked() - marks.element().acked();
    // What runs is being done: it takes as long as it takes.
    double inAMinute = look.started() + (double) done * MINUTE / took;
    return (int) Math.max(1, Math.min(full, inAMinute));
  }
}
