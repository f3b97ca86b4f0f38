package dev.sluice.timelines.handlers;

import dev.sluice.timelines.FanOutStep;
import java.time.Instant;

/**
 * How far one lane of a fan-out is, with what it brings to whom.
 *
 * @param post the post that the recipients get
 * @param author whose followers are the recipients
 * @param createdAt the post's time
 * @param lastFollower greatest recipient that was written to
 * @param hi greatest recipient of the lane
 * @param chunk number of the chunk that comes next
 * @param epoch messages of an earlier epoch are stale
 * @param done whether every recipient was written to
 */
record Lane(
    long post,
    long author,
    Instant createdAt,
    long lastFollower,
    long hi,
    int chunk,
    int epoch,
    boolean done) {

  /** Whether a message is the one that the lane waits for, not a copy or a late one. */
  boolean expects(FanOutStep step) {
    return !done && chunk == step.chunk() && epoch == step.epoch();
  }
}
