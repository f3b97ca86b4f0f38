package dev.sluice.bench.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed rate for a fixed time: when each call is due, whatever became of the earlier ones.
 *
 * @param perSecond calls per second
 * @param duration from the first call to the end
 */
public record Pace(int perSecond, Duration duration) {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  public Pace {
    if (perSecond < 1) {
      throw new IllegalArgumentException("perSecond must be at least 1, is " + perSecond);
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration must be longer than 0, is " + duration);
    }
  }

  /** What is to be done when a call is due. */
  @FunctionalInterface
  public interface Tick {

    /**
     * Makes a call.
     *
     * @param number counted from 0
     * @param due when it was to be made, of {@link System#nanoTime()}
     */
    void due(int number, long due) throws Exception;
  }

  /** How many calls there are. */
  public int calls() {
    return Math.toIntExact(duration.toNanos() / (SECOND / perSecond));
  }

  /** When a call is due, nanoseconds after the start. */
  public long due(int number) {
    return number * (SECOND / perSecond);
  }

  /**
   * Makes every {@code step}th call beginning with {@code first}, on this thread. It parks between
   * calls and never spins, since the servers want the processor too; a call that is late is made at
   * once.
   */
  public void run(long start, int first, int step, Tick tick) throws Exception {
    int calls = calls();
    for (int number = first; number < calls; number += step) {
      long due = start + due(number);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      tick.due(number, due);
    }
  }
}
