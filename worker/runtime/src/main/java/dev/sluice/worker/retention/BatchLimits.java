package dev.sluice.worker.retention;

import java.time.Duration;

/**
 * How much is deleted at a time.
 *
 * @param rows most rows of a transaction; default 1000. It is fewer while they take longer than
 *     they should
 * @param time how long a transaction should take at most; default 20 ms
 * @param rest how long to leave the database alone after each, as a multiple of what it took;
 *     default 2
 */
public record BatchLimits(int rows, Duration time, double rest) {
  /** 1000 rows in 20 ms, then a rest of twice as long. */
  public static final BatchLimits DEFAULTS = new BatchLimits(1000, Duration.ofMillis(20), 2);

  private static final int MOST_ROWS = 100_000;

  public BatchLimits {
    if (rows < 1 || rows > MOST_ROWS) {
      throw new IllegalArgumentException("rows must be 1 to " + MOST_ROWS + ", is " + rows);
    }
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("time must be at least 1 ms, is " + time);
    }
    if (!(rest >= 0 && rest <= 100)) {
      throw new IllegalArgumentException("rest must be 0 to 100, is " + rest);
    }
  }

  public BatchLimits rows(int newRows) {
    return new BatchLimits(newRows, time, rest);
  }

  public BatchLimits time(Duration newTime) {
    return new BatchLimits(rows, newTime, rest);
  }

  public BatchLimits rest(double newRest) {
    return new BatchLimits(rows, time, newRest);
  }
}
