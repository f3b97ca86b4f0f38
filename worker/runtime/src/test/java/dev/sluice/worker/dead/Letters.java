package dev.sluice.worker.dead;

import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Dead letters as workers and brokers make them. */
final class Letters {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123Z");
  static final String BODY = "[[],{\"user\":7},{}]";

  private Letters() {}

  /** A task that has failed four times and has an eta, an expiry, and a past on the ladder. */
  static Message task(String id) {
    Map<String, Object> own = new HashMap<>();
    own.put("tenant", "blue");
    own.put(Headers.UNKNOWN_SINCE, "2026-11-21T11:00:00.000000+00:00");
    own.put(Headers.SNOOZES, 2);
    return MessageCodec.encode(
        TaskMessage.builder(id, "clicks.record", BODY.getBytes(StandardCharsets.UTF_8))
            .retries(4)
            .eta(NOW.minus(Duration.ofMinutes(1)))
            .waited(NOW.minus(Duration.ofMinutes(1)))
            .expires(NOW.plus(Duration.ofMinutes(1)))
            .firstAttempt(NOW.minus(Duration.ofHours(24)))
            .headers(own)
            .build());
  }

  /** As a worker sends it to the dead queue. */
  static Message dead(Message original, String reason, String exception, Instant at) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.DEAD_QUEUE, "clicks");
    headers.put(Headers.DEAD_REASON, reason);
    headers.put(Headers.DEAD_DETAIL, "failed 5 attempts");
    headers.put(Headers.DEAD_EXCEPTION, exception);
    headers.put(Headers.DEAD_STACK, exception + ": boom\n\tat Some.where(Some.java:1)\n");
    headers.put(Headers.DEAD_ATTEMPTS, 5);
    headers.put(Headers.DEAD_WORKER, "sluice@host-1");
    headers.put(Headers.DEAD_AT, IsoTime.format(at));
    return original.withHeaders(headers);
  }

  static Message dead(String id, String reason) {
    return dead(task(id), reason, "java.lang.IllegalStateException", NOW);
  }

  /** As RabbitMQ dead-letters it. */
  static Message deadLettered(
      Message original, String queue, String reason, String routingKey, Instant at) {
    Map<String, Object> death =
        Map.of(
            "queue", queue,
            "reason", reason,
            "routing-keys", new ArrayList<>(List.of(routingKey)),
            "time", at,
            "count", 1L);
    Map<String, Object> headers = new HashMap<>();
    headers.put("x-death", List.of(death));
    headers.put("x-first-death-reason", reason);
    return original.withHeaders(headers);
  }

  static Message bytes(String body) {
    return new Message(null, null, 0, null, null, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }
}
