package dev.sluice.producer;

import dev.sluice.broker.Route;
import dev.sluice.message.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task that is ready to be published or to be written to the outbox.
 *
 * @param taskId its id
 * @param taskName name of its type
 * @param queue its queue's name on the broker, namespace included
 * @param eta not before this; null for at once
 * @param message the message
 */
public record NewTask(
    String taskId, String taskName, String queue, @Nullable Instant eta, Message message) {

  /** Where the message is to be published. */
  public Route route() {
    return eta == null ? new Route.ToQueue(queue) : new Route.Delayed(queue, eta);
  }
}
