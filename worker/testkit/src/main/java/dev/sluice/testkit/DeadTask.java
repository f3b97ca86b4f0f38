package dev.sluice.testkit;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message that a worker sent to the dead queue.
 *
 * @param taskId null when the message is no task
 * @param reason why, for a program
 * @param detail why, for a person
 * @param exception class of the last exception; null when there was none
 * @param message the message as it was sent
 */
public record DeadTask(
    @Nullable String taskId,
    DeadReason reason,
    String detail,
    @Nullable String exception,
    Message message) {

  static DeadTask of(Message message) {
    return new DeadTask(
        text(message, Headers.ID),
        DeadReason.valueOf(String.valueOf(message.headers().get(Headers.DEAD_REASON))),
        String.valueOf(message.headers().get(Headers.DEAD_DETAIL)),
        text(message, Headers.DEAD_EXCEPTION),
        message);
  }

  private static @Nullable String text(Message message, String header) {
    return message.headers().get(header) instanceof String text ? text : null;
  }
}
