package dev.sluice.worker.longtask;

import java.time.Duration;

/**
 * How the steps of a kind of long task run.
 *
 * @param queue queue of the continuations, without namespace; default {@code steps}. Best shared
 *     with no first-hand task, so that neither waits behind a backlog of the other
 * @param unitsPerSecond most units of work a second in this process, over all long tasks of the
 *     kind; 0, the default, for no limit
 * @param unitsOfStep units that a step does at most; what is taken from the rate before it runs.
 *     Default 1000
 */
public record LongTaskOptions(String queue, long unitsPerSecond, int unitsOfStep) {

  /** Queue {@code steps}, no limit. */
  public static final LongTaskOptions DEFAULTS = new LongTaskOptions("steps", 0, 1000);

  /** A step that would wait longer than this goes back to the broker meanwhile. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  public LongTaskOptions {
    if (unitsPerSecond < 0) {
      throw new IllegalArgumentException(
          "unitsPerSecond must be 0, for no limit, or more, is " + unitsPerSecond);
    }
    if (unitsOfStep < 1) {
      throw new IllegalArgumentException("unitsOfStep must be at least 1, is " + unitsOfStep);
    }
  }

  public LongTaskOptions queue(String newQueue) {
    return new LongTaskOptions(newQueue, unitsPerSecond, unitsOfStep);
  }

  public LongTaskOptions unitsPerSecond(long newRate) {
    return new LongTaskOptions(queue, newRate, unitsOfStep);
  }

  public LongTaskOptions unitsOfStep(int newUnits) {
    return new LongTaskOptions(queue, unitsPerSecond, newUnits);
  }
}
