package dev.sluice.worker.longtask;

import dev.sluice.task.TaskType;

/**
 * A lane whose continuation seems to be lost.
 *
 * @param type what its continuations are
 * @param last the continuation that it waits for
 * @param rescues how often it was rescued since it moved last
 */
record StoppedLane(TaskType<Continuation> type, Continuation last, int rescues) {

  /** What takes the place of the last one. */
  Continuation anew() {
    return new Continuation(last.longTask(), last.lane(), last.step(), last.epoch() + 1);
  }
}
