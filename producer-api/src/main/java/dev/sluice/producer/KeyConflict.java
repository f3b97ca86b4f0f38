package dev.sluice.producer;

/** The key of {@link Once} was used in this window with another payload; nothing was enqueued. */
public final class KeyConflict extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public KeyConflict(String taskId, String task) {
    super(
        taskId,
        "task "
            + task
            + " was not enqueued: its once key already stands for task "
            + taskId
            + ", which has another payload; use another key for another payload",
        null);
  }
}
