package dev.sluice.producer;

import dev.sluice.broker.Route;
import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task that is ready to be published, or to be written to the outbox or the spool.
 *
 * @param taskId its id
 * @param taskName name of its type
 * @param routed its message, queue and eta
 * @param key the key that it is enqueued under; null for none
 */
public record NewTask(String taskId, String taskName, RoutedMessage routed, @Nullable TaskKey key) {

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

  /** The same task under the id of one that may not have come to be. */
  NewTask under(String otherId) {
    if (otherId.equals(taskId)) {
      return this;
    }
    Message own = message();
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(own.headers());
    headers.put(Headers.ID, otherId);
    headers.replace(Headers.ROOT_ID, taskId, otherId);
    Message other =
        new Message(
            own.contentType(),
            own.contentEncoding(),
            own.priority(),
            otherId,
            own.replyTo(),
            headers,
            own.body());
    return new NewTask(otherId, taskName, routed(other), key);
  }

  /** The same task with its place among those that replaced each other. */
  NewTask ofGeneration(long generation) {
    Message numbered = message().withHeaders(Map.of(Headers.GENERATION, generation));
    return new NewTask(taskId, taskName, routed(numbered), key);
  }

  private RoutedMessage routed(Message message) {
    return new RoutedMessage(routed.queue(), routed.eta(), message);
  }
}
