package dev.sluice.outbox;

import dev.sluice.message.Message;
import dev.sluice.producer.NewTask;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message to be published once the transaction that wrote it is committed.
 *
 * @param queue its queue's name on the broker, namespace included
 * @param eta not before this; null for at once
 * @param message the message
 */
public record OutboxMessage(String queue, @Nullable Instant eta, Message message) {

  /** The message of a task that {@code MessageFactory} made. */
  public static OutboxMessage of(NewTask task) {
    return new OutboxMessage(task.queue(), task.eta(), task.message());
  }
}
