package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** No queue took the task; it is not stored. */
public final class TaskUnroutable extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public TaskUnroutable(String taskId, String task, String queue, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " found no queue '"
            + queue
            + "', which must have been deleted; the next enqueue declares it again: repeat this"
            + " one",
        cause);
  }
}
