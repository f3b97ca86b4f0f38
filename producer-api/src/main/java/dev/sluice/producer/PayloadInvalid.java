package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** A payload breaks its JSON Schema or cannot be written as JSON; nothing was sent. */
public final class PayloadInvalid extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public PayloadInvalid(String taskId, String task, String reason, @Nullable Throwable cause) {
    super(taskId, "task " + task + " " + taskId + " has an invalid payload: " + reason, cause);
  }
}
