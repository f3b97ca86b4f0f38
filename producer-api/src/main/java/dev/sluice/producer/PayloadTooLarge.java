package dev.sluice.producer;

/** A task's body is over the limit; nothing was sent. */
public final class PayloadTooLarge extends EnqueueException {
  private static final long serialVersionUID = 1L;

  public PayloadTooLarge(String taskId, String task, int bytes, int limit) {
    super(
        taskId,
        "task "
            + task
            + " "
            + taskId
            + " has a body of "
            + bytes
            + " bytes, at most "
            + limit
            + " are allowed; store the data elsewhere and enqueue its id, or raise the limit of"
            + " producer and worker",
        null);
  }
}
