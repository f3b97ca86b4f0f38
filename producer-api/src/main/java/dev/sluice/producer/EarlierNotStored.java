package dev.sluice.producer;

import org.jspecify.annotations.Nullable;

/** The task before this one in its order key is not known to be stored; this one was not sent. */
public final class EarlierNotStored extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public EarlierNotStored(String taskId, String task, @Nullable Throwable cause) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " was not sent, because one before it in its order key was not confirmed: "
            + (cause == null ? "unknown why" : cause.getMessage())
            + "; enqueue that one again with its id, then this one",
        cause);
  }
}
