package dev.sluice.worker;

import dev.sluice.broker.Route;
import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.Topology;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Addresses messages to the dead queue: the original, byte for byte, with headers that say why.
 *
 * <p>Threading: stateless.
 */
final class DeadLetters {
  private static final int DETAIL_CHARS = 2_000;
  private static final int STACK_CHARS = 8_000;
  private static final int LADDER_KEY_CHARS = 2 * DelayLadder.LEVELS;

  private final Topology topology;
  private final String node;
  private final InstantSource clock;

  DeadLetters(Topology topology, String node, InstantSource clock) {
    this.topology = topology;
    this.node = node;
    this.clock = clock;
  }

  /** Why the delivery of {@code attempt} goes to the dead queue, and the message that does. */
  Settlement.Dead letter(
      Attempt attempt, int attempts, DeadReason reason, String why, @Nullable Throwable cause) {
    String detail = clip(why, DETAIL_CHARS);
    Message original = attempt.delivery().message();
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put(Headers.DEAD_QUEUE, queueOf(attempt, original));
    headers.put(Headers.DEAD_REASON, reason.name());
    headers.put(Headers.DEAD_DETAIL, detail);
    headers.put(Headers.DEAD_ATTEMPTS, attempts);
    headers.put(Headers.DEAD_WORKER, node);
    headers.put(Headers.DEAD_AT, IsoTime.format(now()));
    if (cause != null) {
      headers.put(Headers.DEAD_EXCEPTION, cause.getClass().getName());
      headers.put(Headers.DEAD_STACK, clip(stackOf(cause), STACK_CHARS));
    }
    Message letter = original.withoutBrokerHeaders().withHeaders(headers);
    return new Settlement.Dead(
        new Settlement.Copy(new Route.ToQueue(topology.deadQueue()), letter),
        reason,
        detail,
        cause);
  }

  private Instant now() {
    return clock.instant();
  }

  private String queueOf(Attempt attempt, Message message) {
    String queue = attempt.delivery().queue();
    if (!queue.equals(topology.unrouted())) {
      return queue;
    }
    if (message.headers().get(Headers.DEAD_QUEUE) instanceof String known) {
      return known;
    }
    return Objects.requireNonNullElse(ladderTarget(message), queue);
  }

  /** The queue that the delay ladder was to deliver to, from RabbitMQ's record of it. */
  private static @Nullable String ladderTarget(Message message) {
    if (message.headers().get("x-death") instanceof List<?> deaths
        && !deaths.isEmpty()
        && deaths.get(0) instanceof Map<?, ?> death
        && death.get("routing-keys") instanceof List<?> keys
        && !keys.isEmpty()) {
      String key = String.valueOf(keys.get(0));
      return key.length() > LADDER_KEY_CHARS ? key.substring(LADDER_KEY_CHARS) : null;
    }
    return null;
  }

  private static String stackOf(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String clip(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
  }
}
