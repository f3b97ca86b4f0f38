package dev.sluice.producer;

import java.time.Duration;

/** A queue has reached its {@link QueueLimits}; the task is not stored. */
public final class QueueFull extends EnqueueException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  QueueFull(NewTask task, String figure, Duration retryAfter) {
    super(
        task.taskId(),
        "task "
            + task.taskName()
            + " "
            + task.taskId()
            + " is refused: queue '"
            + task.queue()
            + "' is full, "
            + figure
            + "; enqueue it again in "
            + retryAfter.toSeconds()
            + " s, or see why workers are behind",
        null);
    this.retryAfter = retryAfter;
  }

  /** When there may be room again, at the rate at which the queue was emptied last. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
