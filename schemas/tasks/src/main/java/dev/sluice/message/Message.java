package dev.sluice.message;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as a broker carries it: properties, headers, body. It is always persistent and never
 * has AMQP's {@code expiration}.
 *
 * <p>Header values are String, Boolean, Integer, Long, Double, BigDecimal, Instant (whole seconds),
 * byte[], or List and Map of these, or null. The body is not copied: do not change it.
 *
 * @param contentType MIME type of the body, as Celery writes it; null when the sender set none
 * @param contentEncoding character set of the body; null when the sender set none
 * @param priority 0 to 255; 0 when the sender set none
 * @param correlationId the task id, for tasks
 * @param replyTo where Celery's RPC clients expect results; kept through retries
 * @param headers metadata
 * @param body the serialised payload, opaque to the broker
 */
public record Message(
    @Nullable String contentType,
    @Nullable String contentEncoding,
    int priority,
    @Nullable String correlationId,
    @Nullable String replyTo,
    Map<String, @Nullable Object> headers,
    byte[] body) {

  /** {@code headers} must not be changed afterwards. */
  public Message {
    headers = Collections.unmodifiableMap(headers);
  }

  /** A message with {@code headers} added to, or put in place of, its own. */
  public Message withHeaders(Map<String, ? extends @Nullable Object> added) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(headers);
    all.putAll(added);
    return new Message(contentType, contentEncoding, priority, correlationId, replyTo, all, body);
  }

  /**
   * A copy that may be published: without the headers that a broker adds ({@code x-death} and its
   * kin), which would make a broker drop the copy as a dead-letter cycle or count it wrongly.
   */
  public Message withoutBrokerHeaders() {
    if (!hasBrokerHeaders()) {
      return this;
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>(headers);
    kept.keySet().removeIf(Headers::addedByBroker);
    return new Message(contentType, contentEncoding, priority, correlationId, replyTo, kept, body);
  }

  private boolean hasBrokerHeaders() {
    for (String name : headers.keySet()) {
      if (Headers.addedByBroker(name)) {
        return true;
      }
    }
    return false;
  }
}
