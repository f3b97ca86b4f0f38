package dev.sluice.broker;

import dev.sluice.message.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message and the queue that it goes to: what outbox and spool hold until it is published.
 *
 * @param queue its queue's name on the broker, namespace included
 * @param eta not before this; null for at once
 * @param message the message
 */
public record RoutedMessage(String queue, @Nullable Instant eta, Message message) {

  /** Where it is to be published. */
  public Route route() {
    return eta == null ? new Route.ToQueue(queue) : new Route.Delayed(queue, eta);
  }
}
