package dev.sluice.worker.dead;

import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The message that a redrive publishes: the dead one as its producer made it, with a fresh start.
 * Body, id and every header of the producer's own stay.
 */
final class RedrivenMessage {
  /** What would end the new life before it starts, or count the old one's attempts. */
  private static final Set<String> PAST =
      Set.of(
          Headers.ETA,
          Headers.EXPIRES,
          Headers.WAITED,
          Headers.FIRST_ATTEMPT,
          Headers.UNKNOWN_SINCE,
          Headers.SNOOZES);

  private RedrivenMessage() {}

  /**
   * @param redrives how often the task will have been sent back
   */
  static Message of(Message dead, int redrives) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    dead.withoutBrokerHeaders()
        .headers()
        .forEach(
            (name, value) -> {
              if (!Headers.aboutDeath(name) && !PAST.contains(name)) {
                headers.put(name, value);
              }
            });
    headers.put(Headers.REDRIVES, redrives);
    if (headers.containsKey(Headers.RETRIES)) {
      headers.put(Headers.RETRIES, 0);
    }
    return new Message(
        dead.contentType(),
        dead.contentEncoding(),
        dead.priority(),
        dead.correlationId(),
        dead.replyTo(),
        headers,
        dead.body());
  }
}
