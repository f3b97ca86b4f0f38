package dev.sluice.worker;

import java.time.Duration;

/**
 * How tasks are collected into batches.
 *
 * @param size most tasks of one transaction, 1 to 10,000, and half of the queue's prefetch at most;
 *     default 500
 * @param linger how long the first task of a batch waits for others, 0 to 10 s; default 10 ms
 */
public record BatchOptions(int size, Duration linger) {

  private static final int MOST = 10_000;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** 500 tasks or 10 ms. */
  public static final BatchOptions DEFAULTS = new BatchOptions(500, Duration.ofMillis(10));

  public BatchOptions {
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException("size of a batch must be 1 to " + MOST + ", is " + size);
    }
    if (linger.isNegative() || linger.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "linger of a batch must be 0 to " + LONGEST.toSeconds() + " s, is " + linger);
    }
  }

  public BatchOptions size(int newSize) {
    return new BatchOptions(newSize, linger);
  }

  public BatchOptions linger(Duration newLinger) {
    return new BatchOptions(size, newLinger);
  }
}
