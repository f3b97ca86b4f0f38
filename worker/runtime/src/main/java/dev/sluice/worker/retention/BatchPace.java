package dev.sluice.worker.retention;

import java.time.Duration;

/**
 * How many rows are deleted at a time, and how long the database is left alone in between: fewer as
 * soon as a batch takes longer than it should, or than its rows usually take; more, step by step,
 * when that is over.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class BatchPace {
  static final int SMALLEST = 10;

  private static final int FIRST = 100;
  private static final double GROWTH = 1.25;

  /** A batch that takes so many times as long as others of about its size is slow. */
  private static final double SLOW = 2.5;

  /** What lies further back than about so many batches hardly counts. */
  private static final double MEMORY = 32;

  /** Of a slow batch the usual time learns little, so that a long slow time is not soon usual. */
  private static final double MEMORY_OF_SLOW = 512;

  /** What is shorter than this is not slow, whatever is usual. */
  private static final long SHORTEST_SLOW_NANOS = 5_000_000;

  private static final Duration LONGEST_REST = Duration.ofSeconds(2);
  private static final double REST_WHEN_SLOW = 4;

  private final BatchLimits limits;
  private double size;

  /** By the number of binary digits of a batch's size: the commit alone takes its time too. */
  private final double[] usualNanos = new double[Integer.SIZE + 1];

  BatchPace(BatchLimits limits) {
    this.limits = limits;
    size = Math.min(FIRST, limits.rows());
  }

  /**
   * How many rows the next batch may have.
   *
   * @param ceiling rows that the database may be written in any one second; 0 for no limit
   */
  synchronized int rows(long ceiling) {
    // Like any batch: half of what may be under way at a time, which is a tenth of a second's
    // worth.
    double most = ceiling == 0 ? size : Math.min(size, Math.max(1, ceiling / 20));
    return (int) most;
  }

  /**
   * Learns from a batch.
   *
   * @param rows how many were asked for
   * @param nanos what the transaction took
   * @return how long to leave the database alone
   */
  synchronized Duration after(int rows, long nanos) {
    boolean slow = nanos > limits.time().toNanos() || unusual(rows, nanos);
    learn(rows, nanos, slow);
    if (slow) {
      size = Math.max(Math.min(SMALLEST, limits.rows()), Math.min(size, rows) / 2);
    } else if (rows >= (int) size) {
      size = Math.min(limits.rows(), Math.max(size + 1, size * GROWTH));
    }
    double rest = nanos * limits.rest() * (slow ? REST_WHEN_SLOW : 1);
    return Duration.ofNanos((long) Math.min(rest, LONGEST_REST.toNanos()));
  }

  private boolean unusual(int rows, long nanos) {
    double usual = usualNanos[digits(rows)];
    return usual > 0 && nanos > SHORTEST_SLOW_NANOS && nanos > SLOW * usual;
  }

  private void learn(int rows, long nanos, boolean slow) {
    double usual = usualNanos[digits(rows)];
    usualNanos[digits(rows)] =
        usual == 0 ? nanos : usual + (nanos - usual) / (slow ? MEMORY_OF_SLOW : MEMORY);
  }

  private static int digits(int rows) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(rows);
  }
}
