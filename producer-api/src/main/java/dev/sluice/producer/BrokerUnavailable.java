package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** The broker is away or takes no messages; the task was not sent. */
public final class BrokerUnavailable extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public BrokerUnavailable(String taskId, String task, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " was not sent: "
            + (cause == null ? "the broker is unavailable" : cause.getMessage())
            + "; enqueue it again later",
        cause);
  }
}
