package dev.sluice.worker.fanout;

import dev.sluice.worker.longtask.LongTaskOptions;

/**
 * How a fan-out goes.
 *
 * @param queue queue of its continuations, without namespace; default {@code fanout}. Shared with
 *     no first-hand task, so that a small fan-out is never stuck behind a large one, nor a large
 *     one behind a backlog
 * @param chunk recipients of one step, 1 to 100000; default 1000
 * @param lanes how many chunks of one fan-out are written at a time at most, 1 to 256; default 4
 * @param writesPerSecond recipients written to a second in this process at most, over all fan-outs
 *     of the kind; 0, the default, for no limit
 */
public record FanOutOptions(String queue, int chunk, int lanes, long writesPerSecond) {

  /** Queue {@code fanout}, 1000 recipients a chunk, 4 lanes, no limit. */
  public static final FanOutOptions DEFAULTS = new FanOutOptions("fanout", 1000, 4, 0);

  public FanOutOptions {
    between("chunk", 1, chunk, 100_000);
    between("lanes", 1, lanes, 256);
    between("writesPerSecond", 0, writesPerSecond, Long.MAX_VALUE);
  }

  public FanOutOptions queue(String newQueue) {
    return new FanOutOptions(newQueue, chunk, lanes, writesPerSecond);
  }

  public FanOutOptions chunk(int newChunk) {
    return new FanOutOptions(queue, newChunk, lanes, writesPerSecond);
  }

  public FanOutOptions lanes(int newLanes) {
    return new FanOutOptions(queue, chunk, newLanes, writesPerSecond);
  }

  public FanOutOptions writesPerSecond(long newRate) {
    return new FanOutOptions(queue, chunk, lanes, newRate);
  }

  LongTaskOptions steps() {
    return LongTaskOptions.DEFAULTS.queue(queue).unitsPerSecond(writesPerSecond).unitsOfStep(chunk);
  }

  private static void between(String name, long least, long value, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", is " + value);
    }
  }
}
