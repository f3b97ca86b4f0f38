package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** The exclusive key of a task could not be taken; the task was not enqueued. */
public final class KeyUnavailable extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public KeyUnavailable(String taskId, String task, String why, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " was not enqueued, its exclusive key could not be taken: "
            + why
            + "; enqueue it again later",
        cause);
  }
}
