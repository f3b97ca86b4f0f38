package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** The broker did not accept a task. Names the task and the next step. */
public class EnqueueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String taskId;

  public EnqueueException(String taskId, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.taskId = taskId;
  }

  /** The id that the task has, or would have had. */
  public String taskId() {
    return taskId;
  }
}
