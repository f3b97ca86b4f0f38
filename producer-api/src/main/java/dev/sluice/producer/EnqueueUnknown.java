package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/**
 * The task was sent and no confirm came: it may be on the broker or not. Enqueue it again with
 * {@code EnqueueOptions.taskId(unknown.taskId())}: the inbox then refuses a second effect.
 */
public final class EnqueueUnknown extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public EnqueueUnknown(String taskId, String task, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " was sent but not confirmed; enqueue it again with this task id",
        cause);
  }
}
