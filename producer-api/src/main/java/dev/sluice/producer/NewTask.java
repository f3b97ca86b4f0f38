package dev.sluice.producer;

import dev.sluice.broker.Route;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Message;

/**
 * A task that is ready to be published, or to be written to the outbox or the spool.
 *
 * @param taskId its id
 * @param taskName name of its type
 * @param routed its message, queue and eta
 */
public record NewTask(String taskId, String taskName, RoutedMessage routed) {

  /** Its queue's name on the broker, namespace included. */
  public String queue() {
    return routed.queue();
  }

  /** Its message. */
  public Message message() {
    return routed.message();
  }

  /** Where its message is to be published. */
  public Route route() {
    return routed.route();
  }
}
