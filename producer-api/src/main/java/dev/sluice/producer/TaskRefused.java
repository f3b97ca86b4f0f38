package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** The broker refused the task, for example because its queue is full; it is not stored. */
public final class TaskRefused extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public TaskRefused(String taskId, String task, String queue, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " was refused by the broker; see whether queue '"
            + queue
            + "' has reached its maximum length, and enqueue it again later",
        cause);
  }
}
