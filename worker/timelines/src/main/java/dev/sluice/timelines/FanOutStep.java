package dev.sluice.timelines;

import dev.sluice.task.TaskIds;

/**
 * The continuation message of one lane of a fan-out. It names a chunk and never its recipients: the
 * cursor stands in the lane's row.
 *
 * @param fanOut id of the fan-out
 * @param lane number of the lane, from 0
 * @param chunk number of the chunk within the lane, from 0
 * @param epoch the lane's epoch when the message was written; messages of an earlier one are stale
 */
public record FanOutStep(String fanOut, int lane, int chunk, int epoch) {

  /** The first step of a lane. */
  public static FanOutStep first(String fanOut, int lane) {
    return new FanOutStep(fanOut, lane, 0, 0);
  }

  public FanOutStep next() {
    return new FanOutStep(fanOut, lane, chunk + 1, epoch);
  }

  /** The same for every message of this step, so that a doubled one can be recognised. */
  public String taskId() {
    String ofLane = TaskIds.child(fanOut, lane).toString();
    return TaskIds.child(TaskIds.child(ofLane, epoch).toString(), chunk).toString();
  }
}
