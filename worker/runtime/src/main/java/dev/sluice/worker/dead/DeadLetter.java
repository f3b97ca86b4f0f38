package dev.sluice.worker.dead;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of the dead queue, read for its row: every text fits its column. Reading never fails,
 * whatever the message holds.
 *
 * @param key SHA-256 of the task id, or of queue and body of a message that is no task
 * @param redrive how often the task had been sent back
 */
record DeadLetter(
    byte[] key,
    int redrive,
    @Nullable String taskId,
    @Nullable String taskName,
    String queue,
    DeadReason reason,
    String detail,
    @Nullable String exception,
    @Nullable String stack,
    boolean causeTransient,
    int attempts,
    @Nullable String worker,
    Instant deadAt,
    Message message) {

  static final int NAME_LENGTH = 255;
  static final int DETAIL_LENGTH = 2000;
  // 65,535 bytes in the column, at most 4 for a character.
  static final int STACK_LENGTH = 16_000;

  /**
   * Reads a dead letter.
   *
   * @param unrouted whether it comes from the queue of messages whose own queue no longer exists
   * @param now the time of death when the message tells none
   */
  static DeadLetter read(Message message, boolean unrouted, Instant now) {
    TaskMessage task = null;
    String malformed = null;
    try {
      task = MessageCodec.decode(message);
    } catch (MalformedMessage e) {
      malformed = e.getMessage();
    }
    ForeignDeath foreign = ForeignDeath.of(message);
    DeadReason told = told(message);
    String queue = queueOf(message, foreign, unrouted);
    DeadReason reason;
    String detail;
    if (unrouted) {
      reason = DeadReason.UNROUTED;
      detail = "queue '" + queue + "' does not exist; declare it by starting a worker on it";
    } else if (told != null) {
      reason = told;
      detail = Objects.requireNonNullElse(text(message, Headers.DEAD_DETAIL), "");
    } else if (malformed != null && foreign.reason() != DeadReason.EXPIRED) {
      reason = DeadReason.MALFORMED;
      detail = malformed;
    } else {
      reason = foreign.reason();
      detail = foreign.detail();
    }
    String exception = text(message, Headers.DEAD_EXCEPTION);
    String stack = text(message, Headers.DEAD_STACK);
    return new DeadLetter(
        task == null ? digest(queue + '\0', message.body()) : key(task.id()),
        task == null ? number(message, Headers.REDRIVES) : task.redrives(),
        task == null || task.id().length() > NAME_LENGTH ? null : task.id(),
        clip(text(message, Headers.TASK), NAME_LENGTH),
        Objects.requireNonNull(clip(queue, NAME_LENGTH)),
        reason,
        Objects.requireNonNull(clip(detail, DETAIL_LENGTH)),
        clip(exception, NAME_LENGTH),
        clip(stack, STACK_LENGTH),
        TransientCauses.passes(reason, exception, stack),
        attempts(message),
        clip(text(message, Headers.DEAD_WORKER), NAME_LENGTH),
        deadAt(message, foreign, now),
        message);
  }

  private static @Nullable DeadReason told(Message message) {
    String name = text(message, Headers.DEAD_REASON);
    for (DeadReason reason : DeadReason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return null;
  }

  private static String queueOf(Message message, ForeignDeath foreign, boolean unrouted) {
    String told = text(message, Headers.DEAD_QUEUE);
    if (told != null && !unrouted) {
      return told;
    }
    String died = unrouted ? foreign.target() : foreign.queue();
    return Objects.requireNonNullElse(died, Objects.requireNonNullElse(told, ""));
  }

  private static int attempts(Message message) {
    return message.headers().containsKey(Headers.DEAD_ATTEMPTS)
        ? number(message, Headers.DEAD_ATTEMPTS)
        : number(message, Headers.RETRIES);
  }

  private static Instant deadAt(Message message, ForeignDeath foreign, Instant now) {
    String told = text(message, Headers.DEAD_AT);
    if (told != null) {
      try {
        return plausible(IsoTime.parse(told), now);
      } catch (DateTimeException e) {
        return now;
      }
    }
    return plausible(Objects.requireNonNullElse(foreign.at(), now), now);
  }

  /** What a column can hold, and clocks can explain. */
  private static Instant plausible(Instant told, Instant now) {
    return told.isAfter(Instant.EPOCH) && told.isBefore(now.plus(Duration.ofDays(1))) ? told : now;
  }

  private static @Nullable String text(Message message, String header) {
    return message.headers().get(header) instanceof String text ? text : null;
  }

  private static int number(Message message, String header) {
    return message.headers().get(header) instanceof Number number
        ? (int) Math.max(0, Math.min(Integer.MAX_VALUE, number.longValue()))
        : 0;
  }

  /** Cuts between characters, never inside a surrogate pair. */
  private static @Nullable String clip(@Nullable String text, int length) {
    if (text == null || text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  /** The key of a task's entries. */
  static byte[] key(String taskId) {
    return digest(taskId, new byte[0]);
  }

  private static byte[] digest(String text, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      return digest.digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
