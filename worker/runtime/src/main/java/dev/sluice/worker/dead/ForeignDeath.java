package dev.sluice.worker.dead;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a broker's own header {@code x-death} says of a message that no worker of ours gave up.
 *
 * @param queue the queue it died in; null when unknown
 * @param cause RabbitMQ's word: {@code expired}, {@code rejected}, {@code maxlen}, {@code
 *     delivery_limit}; null when unknown
 * @param target the queue that a message of the delay ladder was meant for; null when it was not in
 *     the ladder
 * @param at when it died; null when unknown
 * @see <a href="https://www.rabbitmq.com/docs/dlx#effects">RabbitMQ: dead-lettered effects</a>
 */
record ForeignDeath(
    @Nullable String queue, @Nullable String cause, @Nullable String target, @Nullable Instant at) {
  private static final ForeignDeath UNKNOWN = new ForeignDeath(null, null, null, null);
  private static final Pattern LADDER_KEY =
      Pattern.compile("(?:[01]\\.){" + DelayLadder.LEVELS + "}(.+)", Pattern.DOTALL);

  /** The latest death, which a broker puts first. */
  static ForeignDeath of(Message message) {
    if (!(message.headers().get("x-death") instanceof List<?> deaths)
        || deaths.isEmpty()
        || !(deaths.get(0) instanceof Map<?, ?> latest)) {
      return UNKNOWN;
    }
    return new ForeignDeath(
        text(latest.get("queue")),
        text(latest.get("reason")),
        target(latest.get("routing-keys")),
        latest.get("time") instanceof Instant time ? time : null);
  }

  DeadReason reason() {
    if (cause == null) {
      return DeadReason.UNROUTED;
    }
    return switch (cause) {
      case "expired" -> DeadReason.EXPIRED;
      case "rejected" -> DeadReason.REJECTED;
      case "delivery_limit" -> DeadReason.WORKER_LOST;
      default -> DeadReason.UNROUTED;
    };
  }

  String detail() {
    return cause == null
        ? "sent to the dead queue by somebody else, who gave no reason"
        : "the broker moved it from queue '" + queue + "': " + cause;
  }

  private static @Nullable String target(@Nullable Object routingKeys) {
    if (!(routingKeys instanceof List<?> keys)) {
      return null;
    }
    for (Object key : keys) {
      Matcher ladder = LADDER_KEY.matcher(String.valueOf(key));
      if (ladder.matches()) {
        return ladder.group(1);
      }
    }
    return null;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }
}
