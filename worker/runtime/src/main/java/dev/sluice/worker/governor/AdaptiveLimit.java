package dev.sluice.worker.governor;

/**
 * How many transactions a database does best at a time, found by the time that they take: between 1
 * and the size of the pool.
 *
 * <p>Each transaction is compared with what one of its size usually takes, the usual being learned
 * for each power of two of rows. When those of a second took twice as long on average, there are
 * too many at a time and the limit shrinks by a fifth; when they took little longer than usual and
 * the limit was reached, it grows by one. The usual follows better times quickly and worse ones
 * slowly (over some minutes), so that an overload is not taken for the normal state.
 *
 * <p>Not Netflix's concurrency-limits, because its limits compare every sample with one average: a
 * batch of 500 rows after batches of 5 would count as overload. Its additive growth and
 * multiplicative shrinking are used here.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class AdaptiveLimit {
  private static final long WINDOW_NANOS = 1_000_000_000;
  private static final int FEWEST_SAMPLES = 10;
  private static final double TOO_SLOW = 2;
  private static final double GOOD = 1.5;
  private static final double SHRINK = 0.8;

  /** How far the usual follows a window that was better, and one that was worse. */
  private static final double BETTER = 0.2;

  private static final double WORSE = 0.01;

  private final int most;
  private final double[] usual = new double[Long.SIZE];
  private final double[] nanosOfSize = new double[Long.SIZE];
  private final int[] samplesOfSize = new int[Long.SIZE];
  private double limit;
  private int samples;
  private int busiest;
  private long windowEnd;

  /**
   * A limit that has nothing to shrink for yet.
   *
   * @param most the size of the pool
   */
  AdaptiveLimit(int most, long now) {
    this.most = most;
    limit = most;
    windowEnd = now + WINDOW_NANOS;
  }

  synchronized int limit() {
    return (int) Math.max(1, Math.min(most, limit));
  }

  /**
   * A transaction has been committed.
   *
   * @param nanos from its begin to the end of the commit
   * @param running how many ran at the time, itself included
   * @return whether the limit has changed
   */
  synchronized boolean sample(long nanos, long rows, int running, long now) {
    int size = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, rows)) - 1;
    nanosOfSize[size] += nanos;
    samplesOfSize[size]++;
    samples++;
    busiest = Math.max(busiest, running);
    if (now - windowEnd < 0 || samples < FEWEST_SAMPLES) {
      return false;
    }
    int before = limit();
    adapt(slowness());
    samples = 0;
    busiest = 0;
    windowEnd = now + WINDOW_NANOS;
    return limit() != before;
  }

  /** How many times as long as usual the window's transactions took. */
  private double slowness() {
    double sum = 0;
    for (int size = 0; size < usual.length; size++) {
      int count = samplesOfSize[size];
      if (count > 0) {
        double mean = nanosOfSize[size] / count;
        double ratio = usual[size] == 0 ? 1 : mean / usual[size];
        sum += ratio * count;
        usual[size] =
            usual[size] == 0
                ? mean
                : usual[size] + (ratio < 1 ? BETTER : WORSE) * (mean - usual[size]);
        nanosOfSize[size] = 0;
        samplesOfSize[size] = 0;
      }
    }
    return sum / samples;
  }

  private void adapt(double slowness) {
    if (slowness > TOO_SLOW) {
      limit = Math.max(1, limit() * SHRINK);
    } else if (slowness < GOOD && busiest >= limit()) {
      limit = Math.min(most, limit + 1);
    }
  }
}
