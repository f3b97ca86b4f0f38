package dev.sluice.producer;

import dev.sluice.spool.SpoolException;

/** The spool's disk refused the task; it is not stored. */
public final class SpoolFailed extends EnqueueException {
  private static final long serialVersionUID = 1L;

  SpoolFailed(String taskId, String task, SpoolException.Failed cause) {
    super(taskId, "task " + task + " " + taskId + " is not stored: " + cause.getMessage(), cause);
  }
}
