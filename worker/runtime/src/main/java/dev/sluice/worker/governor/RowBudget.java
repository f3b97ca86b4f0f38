package dev.sluice.worker.governor;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides how many rows may be written when, so that no second has more of them than the ceiling.
 * It has neither a clock nor a lock; its caller gives the time and keeps others out.
 *
 * <p>Three rules hold at once. A generic cell rate algorithm (ITU-T I.371) spreads the rows over
 * time and holds the average to the ceiling. A log of the last second makes sure that what was
 * permitted before a stall and is written after it counts in the second in which it is written:
 * rows ended within a second, rows permitted and not ended, and rows asked for are together no more
 * than {@value #WINDOW_PERCENT} % of the ceiling; the margin makes up for the time that a
 * transaction takes between its rows and its end. And what is permitted and not ended is at most
 * what a tenth of a second may write, or two tasks: nothing more can pile up behind a stall.
 */
final class RowBudget {
  static final long WINDOW_NANOS = 1_000_000_000;
  static final long WINDOW_PERCENT = 105;

  /** How far ahead of the steady pace rows may be. */
  static final long TOLERANCE_NANOS = 100_000_000;

  /** Only the end of something that was permitted can help. */
  static final long UNTIL_AN_END = Long.MAX_VALUE;

  /** Ends within so short a time are one entry of the log. */
  private static final long GRAIN_NANOS = 10_000_000;

  private final Deque<Entry> log = new ArrayDeque<>();
  private double ceiling;
  private double share;

  /** When the rows permitted so far will have been due at the steady pace. */
  private double due;

  private long logged;
  private long outstanding;

  /** Rows that ended within one grain of time. */
  private static final class Entry {
    private final long since;
    private long rows;

    private Entry(long since) {
      this.since = since;
    }
  }

  /**
   * Sets the ceiling; what is owed stays owed.
   *
   * @param newCeiling rows a second; 0 for none
   * @param newShare rows a second of which a tenth may be permitted and not ended
   */
  void ceiling(double newCeiling, double newShare, long now) {
    double owed = Math.max(0, due - now);
    // What is owed are rows, and for each of them now takes another time.
    due = ceiling > 0 && newCeiling > 0 ? now + owed * ceiling / newCeiling : now;
    ceiling = newCeiling;
    share = newShare;
  }

  boolean limited() {
    return ceiling > 0;
  }

  /**
   * Whether rows may be permitted now.
   *
   * @param rows how many the transaction will write
   * @param task how many of them one task writes
   * @return 0 when they may; else the nanoseconds after which to ask again, {@link #UNTIL_AN_END}
   *     when time alone does not help
   */
  long wait(long rows, long task, long now) {
    if (!limited()) {
      return 0;
    }
    forget(now);
    if (outstanding > 0 && outstanding + rows > mostOutstanding(task)) {
      return UNTIL_AN_END;
    }
    return Math.max(steadyWait(rows, now), windowWait(rows, now));
  }

  /** Permits rows. */
  void permit(long rows, long now) {
    pay(rows, now);
    outstanding += rows;
  }

  /** How long until nothing is owed: for transactions whose rows nobody knows beforehand. */
  long balanceWait(long now) {
    if (!limited()) {
      return 0;
    }
    forget(now);
    long window = windowWait(1, now);
    // Who asks may itself hold all that is outstanding: it must not wait for its own end.
    return Math.max(steadyWait(0, now), window == UNTIL_AN_END ? 0 : window);
  }

  /** A transaction for which {@code paid} rows were permitted has written {@code written}. */
  void ended(long paid, long written, long now) {
    outstanding -= paid;
    due += (written - paid) * nanosPerRow();
    log(written, now);
  }

  /** Rows were written that nobody had asked for. */
  void charge(long rows, long now) {
    pay(rows, now);
    log(rows, now);
  }

  /** Rows written within the last second. */
  long written(long now) {
    forget(now);
    return logged;
  }

  long outstanding() {
    return outstanding;
  }

  /** Most rows permitted and not ended, where one task writes so many. */
  long mostOutstanding(long task) {
    return Math.max(2 * task, (long) (share * TOLERANCE_NANOS / WINDOW_NANOS));
  }

  private void pay(long rows, long now) {
    due = Math.max(due, now) + rows * nanosPerRow();
  }

  private long steadyWait(long rows, long now) {
    double cost = rows * nanosPerRow();
    // What is larger than the tolerance waits until nothing is owed, and is paid off afterwards.
    double ahead = Math.max(0, TOLERANCE_NANOS - cost);
    return (long) Math.max(0, Math.ceil(due - ahead - now));
  }

  private long windowWait(long rows, long now) {
    long tooMany = logged + outstanding + rows - windowRows();
    if (tooMany <= 0 || logged + outstanding == 0) {
      return 0;
    }
    for (Entry entry : log) {
      tooMany -= entry.rows;
      if (tooMany <= 0 || entry == log.peekLast() && outstanding == 0) {
        return entry.since + GRAIN_NANOS + WINDOW_NANOS - now;
      }
    }
    return UNTIL_AN_END;
  }

  private long windowRows() {
    return (long) (ceiling * WINDOW_PERCENT / 100);
  }

  private void log(long rows, long now) {
    if (rows == 0) {
      return;
    }
    forget(now);
    Entry last = log.peekLast();
    if (last == null || now - last.since >= GRAIN_NANOS) {
      last = new Entry(now);
      log.add(last);
    }
    last.rows += rows;
    logged += rows;
  }

  private void forget(long now) {
    Entry oldest;
    while ((oldest = log.peekFirst()) != null && now - oldest.since >= GRAIN_NANOS + WINDOW_NANOS) {
      logged -= oldest.rows;
      log.remove();
    }
  }

  private double nanosPerRow() {
    return ceiling > 0 ? WINDOW_NANOS / ceiling : 0;
  }
}
