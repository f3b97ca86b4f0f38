package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import dev.sluice.message.Message;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates messages to and from the client's properties. */
final class AmqpMessages {
  private static final int PERSISTENT = 2;

  private AmqpMessages() {}

  /**
   * Properties to publish: persistent, never with an expiration.
   *
   * @throws IllegalArgumentException when a header holds what AMQP, or Python, cannot read
   */
  static BasicProperties properties(Message message) {
    return new BasicProperties(
        message.contentType(),
        message.contentEncoding(),
        outgoingHeaders(message.headers()),
        PERSISTENT,
        message.priority(),
        message.correlationId(),
        message.replyTo(),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static Message message(BasicProperties properties, byte[] body) {
    Integer priority = properties.getPriority();
    Map<String, Object> headers = properties.getHeaders();
    return new Message(
        properties.getContentType(),
        properties.getContentEncoding(),
        priority == null ? 0 : priority,
        properties.getCorrelationId(),
        properties.getReplyTo(),
        headers == null ? Map.of() : incomingTable(headers),
        body);
  }

  /** The same map unless it holds something that the client wants in another form. */
  private static Map<String, @Nullable Object> outgoingHeaders(
      Map<String, @Nullable Object> headers) {
    boolean same = true;
    for (Object value : headers.values()) {
      same &= isPlain(value);
    }
    return same ? headers : outgoingTable(headers);
  }

  private static boolean isPlain(@Nullable Object value) {
    return value == null
        || value instanceof String
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean;
  }

  private static Map<String, @Nullable Object> outgoingTable(
      Map<?, ? extends @Nullable Object> table) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    table.forEach((name, value) -> copy.put((String) name, outgoing(value)));
    return copy;
  }

  private static @Nullable Object outgoing(@Nullable Object value) {
    if (isPlain(value)
        || value instanceof Double
        || value instanceof BigDecimal
        || value instanceof byte[]) {
      return value;
    }
    if (value instanceof Instant instant) {
      return Date.from(instant);
    }
    if (value instanceof Map<?, ?> table) {
      return outgoingTable(table);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(outgoing(item)));
      return copy;
    }
    throw new IllegalArgumentException(
        "a message header cannot hold a "
            + value.getClass().getName()
            + "; use String, Boolean, Integer, Long, Double, BigDecimal, Instant, byte[], List or"
            + " Map");
  }

  private static Map<String, @Nullable Object> incomingTable(
      Map<?, ? extends @Nullable Object> table) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(table.size() * 2);
    table.forEach((name, value) -> copy.put((String) name, incoming(value)));
    return copy;
  }

  private static @Nullable Object incoming(@Nullable Object value) {
    if (value instanceof LongString text) {
      // Its toString looks the character set up by name, every time.
      return new String(text.getBytes(), StandardCharsets.UTF_8);
    }
    if (value instanceof Byte || value instanceof Short) {
      return ((Number) value).intValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    if (value instanceof Map<?, ?> table) {
      return incomingTable(table);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(incoming(item)));
      return copy;
    }
    return value;
  }
}
