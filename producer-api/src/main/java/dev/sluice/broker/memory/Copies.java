package dev.sluice.broker.memory;

import dev.sluice.message.Message;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of messages, so that neither side sees what the other does to its own. */
final class Copies {

  private Copies() {}

  /** A copy to store, its headers never to change. */
  static Message published(Message message) {
    return copy(message, headers(message.headers()));
  }

  /** A copy to hand over. */
  static Message delivered(Message stored) {
    return copy(stored, stored.headers());
  }

  private static Message copy(Message message, Map<String, @Nullable Object> headers) {
    return new Message(
        message.contentType(),
        message.contentEncoding(),
        message.priority(),
        message.correlationId(),
        message.replyTo(),
        headers,
        message.body().clone());
  }

  private static Map<String, @Nullable Object> headers(Map<?, ? extends @Nullable Object> headers) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(headers.size() * 2);
    headers.forEach((name, value) -> copy.put((String) name, value(value)));
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double
        || value instanceof BigDecimal
        || value instanceof Instant) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof Map<?, ?> map) {
      return headers(map);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(value(item)));
      return Collections.unmodifiableList(copy);
    }
    throw new IllegalArgumentException(
        "a message header cannot hold a "
            + value.getClass().getName()
            + "; use String, Boolean, Integer, Long, Double, BigDecimal, Instant, byte[], List or"
            + " Map");
  }
}
