package dev.sluice.worker.firing;

import dev.sluice.message.Headers;
import dev.sluice.message.TaskMessage;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which firing of a periodic job enqueued a task, as the header {@value Headers#FIRING} has it:
 * {@code JOB@INSTANT}.
 *
 * @param job name of the job
 * @param fireTime the instant at which it was due
 */
public record FiringId(String job, Instant fireTime) {

  /** The firing that enqueued a task; null when none did, or the header cannot be read. */
  public static @Nullable FiringId of(TaskMessage task) {
    return task.headers().get(Headers.FIRING) instanceof String text ? parse(text) : null;
  }

  /** What {@link #toString} wrote; null when it did not. */
  public static @Nullable FiringId parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 1) {
      return null;
    }
    try {
      return new FiringId(text.substring(0, at), Instant.parse(text.substring(at + 1)));
    } catch (DateTimeException notOurs) {
      return null;
    }
  }

  @Override
  public String toString() {
    return job + '@' + fireTime;
  }
}
