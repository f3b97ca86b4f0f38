package dev.sluice.worker.longtask;

import java.time.Duration;
import java.time.Instant;

/**
 * A lane's row, with what it belongs to.
 *
 * @param name kind of the long task
 * @param payload body of a message with the long task's payload
 * @param state where the long task stands
 * @param slice what is left of the lane
 * @param step number of the step that comes next
 * @param epoch continuations of an earlier epoch are stale
 * @param done whether the lane is at its end
 * @param rate units a second over the recent past
 * @param movedAt when it moved last, or was resumed
 */
record LaneAt(
    String name,
    byte[] payload,
    State state,
    Slice slice,
    int step,
    int epoch,
    boolean done,
    double rate,
    Instant movedAt) {

  /** What lies further back than this hardly counts in a rate. */
  static final double RECENT_SECONDS = 15;

  private static final double SHORTEST_SECONDS = 0.001;

  /** Whether a continuation is the one that the lane waits for, not a copy or a late one. */
  boolean expects(Continuation continuation) {
    return state != State.PAUSED
        && !done
        && step == continuation.step()
        && epoch == continuation.epoch();
  }

  /**
   * The rate once a step is done: an average that forgets exponentially over time, and for the
   * first steps a plain one.
   */
  double rateAfter(long units, Instant now) {
    double seconds =
        Math.max(SHORTEST_SECONDS, Duration.between(movedAt, now).toNanos() / 1_000_000_000.0);
    double weight = Math.max(1 - Math.exp(-seconds / RECENT_SECONDS), 1.0 / (step + 1));
    return rate + weight * (units / seconds - rate);
  }
}
