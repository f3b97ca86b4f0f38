package dev.sluice.worker.longtask;

import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;

/**
 * The message that carries one lane of a long task on. It names a step and never its position,
 * which stands in the lane's row.
 *
 * @param longTask id of the long task
 * @param lane number of the lane, from 0
 * @param step number of the step within the lane, from 0
 * @param epoch the lane's epoch when the message was written; pausing, resuming and rescuing raise
 *     it, so that only the newest message is valid
 */
public record Continuation(String longTask, int lane, int step, int epoch) {
  private static final String STEP = ".step";

  /**
   * The task type of continuations.
   *
   * @param name kind of the long task
   * @param queue their queue, without namespace
   */
  static TaskType<Continuation> type(String name, String queue) {
    return TaskType.of(name + STEP, Continuation.class).queue(queue);
  }

  /** The same for a kind that had other names in earlier releases. */
  static TaskType<Continuation> type(TaskType<?> kind, String queue) {
    String[] former = kind.formerNames().stream().map(name -> name + STEP).toArray(String[]::new);
    return type(kind.name(), queue).formerly(former);
  }

  Continuation next() {
    return new Continuation(longTask, lane, step + 1, epoch);
  }

  /** The same for every message of this step, so that a doubled one can be recognised. */
  String taskId() {
    String ofLane = TaskIds.child(longTask, lane).toString();
    return TaskIds.child(TaskIds.child(ofLane, epoch).toString(), step).toString();
  }
}
