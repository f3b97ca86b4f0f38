package dev.sluice.producer;

import dev.sluice.spool.SpoolException;

/** The spool is at its size limit; the task is not stored. */
public final class SpoolFull extends EnqueueException {
  private static final long serialVersionUID = 1L;

  SpoolFull(String taskId, String task, SpoolException.Full cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " found no room: "
            + cause.getMessage()
            + ". See why its relay is behind, or raise maxBytes; enqueue the task again later",
        cause);
  }
}
