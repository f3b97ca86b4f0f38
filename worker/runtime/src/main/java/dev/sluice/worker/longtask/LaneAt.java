package dev.sluice.worker.longtask;

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
 */
record LaneAt(
    String name, byte[] payload, State state, Slice slice, int step, int epoch, boolean done) {

  /** Whether a continuation is the one that the lane waits for, not a copy or a late one. */
  boolean expects(Continuation continuation) {
    return state != State.PAUSED
        && !done
        && step == continuation.step()
        && epoch == continuation.epoch();
  }
}
