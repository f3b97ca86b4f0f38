package dev.sluice.message;

import static dev.sluice.message.Headers.ETA;
import static dev.sluice.message.Headers.EXPIRES;
import static dev.sluice.message.Headers.FIRST_ATTEMPT;
import static dev.sluice.message.Headers.ID;
import static dev.sluice.message.Headers.IGNORE_RESULT;
import static dev.sluice.message.Headers.LANG;
import static dev.sluice.message.Headers.PARENT_ID;
import static dev.sluice.message.Headers.REDRIVES;
import static dev.sluice.message.Headers.RETRIES;
import static dev.sluice.message.Headers.ROOT_ID;
import static dev.sluice.message.Headers.TASK;
import static dev.sluice.message.Headers.TIMELIMIT;
import static dev.sluice.message.Headers.VERSION;
import static dev.sluice.message.Headers.WAITED;

import dev.sluice.task.TimeLimits;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link TaskMessage} into a {@link Message} of Celery's message protocol 2 and back. The
 * body passes through unread.
 *
 * <p>Threading: stateless.
 *
 * @see <a href="https://docs.celeryq.dev/en/stable/internals/protocol.html">Celery: message
 *     protocol</a>
 */
public final class MessageCodec {
  static final String JSON = "application/json";
  static final String UTF_8 = "utf-8";

  private static final Set<String> OWN =
      Set.of(
          LANG,
          TASK,
          ID,
          ETA,
          EXPIRES,
          RETRIES,
          TIMELIMIT,
          ROOT_ID,
          PARENT_ID,
          IGNORE_RESULT,
          VERSION,
          FIRST_ATTEMPT,
          WAITED,
          REDRIVES);

  private MessageCodec() {}

  /** The message to publish. Headers that Celery takes as absent when null are left out. */
  public static Message encode(TaskMessage task) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(24);
    headers.putAll(task.headers());
    headers.putIfAbsent(LANG, "java");
    headers.put(TASK, task.task());
    headers.put(ID, task.id());
    headers.put(RETRIES, task.retries());
    headers.put(ROOT_ID, task.rootId());
    headers.put(IGNORE_RESULT, task.ignoreResult());
    putUnlessNull(headers, PARENT_ID, task.parentId());
    putTime(headers, ETA, task.eta());
    putTime(headers, EXPIRES, task.expires());
    putTime(headers, WAITED, task.waited());
    putTime(headers, FIRST_ATTEMPT, task.firstAttempt());
    if (!task.limits().equals(TimeLimits.NONE)) {
      headers.put(
          TIMELIMIT, Arrays.asList(seconds(task.limits().hard()), seconds(task.limits().soft())));
    }
    if (task.version() != 1) {
      headers.put(VERSION, task.version());
    }
    if (task.redrives() != 0) {
      headers.put(REDRIVES, task.redrives());
    }
    return new Message(
        task.contentType(),
        task.contentEncoding(),
        task.priority(),
        task.id(),
        task.replyTo(),
        headers,
        task.body());
  }

  /**
   * Reads the headers of a message.
   *
   * @throws MalformedMessage naming the header that is missing or of the wrong type
   */
  public static TaskMessage decode(Message message) throws MalformedMessage {
    Map<String, @Nullable Object> headers = message.headers();
    if (!headers.containsKey(TASK)) {
      throw new MalformedMessage(
          "headers.task", "missing: this is no message of Celery's protocol 2");
    }
    String id = requiredText(headers, ID);
    String rootId = text(headers, ROOT_ID);
    return new TaskMessage(
        id,
        requiredText(headers, TASK),
        integer(headers, VERSION, 1, 1),
        integer(headers, RETRIES, 0, 0),
        time(headers, ETA),
        time(headers, WAITED),
        time(headers, EXPIRES),
        limits(headers.get(TIMELIMIT)),
        rootId == null ? id : rootId,
        text(headers, PARENT_ID),
        flag(headers, IGNORE_RESULT),
        time(headers, FIRST_ATTEMPT),
        integer(headers, REDRIVES, 0, 0),
        message.priority(),
        message.replyTo(),
        others(headers),
        message.contentType() == null ? JSON : message.contentType(),
        message.contentEncoding() == null ? UTF_8 : message.contentEncoding(),
        message.body());
  }

  private static Map<String, @Nullable Object> others(Map<String, @Nullable Object> headers) {
    Map<String, @Nullable Object> others = new HashMap<>();
    headers.forEach(
        (name, value) -> {
          // The language stays: a retried task is still its producer's.
          if ((name.equals(LANG) || !OWN.contains(name)) && !Headers.addedByBroker(name)) {
            others.put(name, value);
          }
        });
    return others;
  }

  private static String requiredText(Map<String, @Nullable Object> headers, String name)
      throws MalformedMessage {
    String text = text(headers, name);
    if (text == null || text.isBlank()) {
      throw new MalformedMessage("headers." + name, "missing or empty");
    }
    return text;
  }

  private static @Nullable String text(Map<String, @Nullable Object> headers, String name)
      throws MalformedMessage {
    Object value = headers.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrongType(name, "a string", value);
  }

  private static int integer(
      Map<String, @Nullable Object> headers, String name, int absent, int lowest)
      throws MalformedMessage {
    Object value = headers.get(name);
    if (value == null) {
      return absent;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= lowest
        && ((Number) value).longValue() <= Integer.MAX_VALUE) {
      return ((Number) value).intValue();
    }
    throw wrongType(name, "an integer of at least " + lowest, value);
  }

  private static boolean flag(Map<String, @Nullable Object> headers, String name)
      throws MalformedMessage {
    Object value = headers.get(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrongType(name, "a boolean", value);
  }

  private static @Nullable Instant time(Map<String, @Nullable Object> headers, String name)
      throws MalformedMessage {
    String text = text(headers, name);
    try {
      return text == null ? null : IsoTime.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedMessage(
          "headers." + name, "expected an ISO-8601 time, got '" + text + "'");
    }
  }

  private static TimeLimits limits(@Nullable Object value) throws MalformedMessage {
    if (value == null) {
      return TimeLimits.NONE;
    }
    if (!(value instanceof List<?> list) || list.size() != 2) {
      throw wrongType(TIMELIMIT, "a list of two, hard and soft limit", value);
    }
    Duration hard = limit(list.get(0));
    Duration soft = limit(list.get(1));
    return hard == null && soft == null
        ? TimeLimits.NONE
        : new TimeLimits(soft, null).orElse(new TimeLimits(null, hard));
  }

  private static @Nullable Duration limit(@Nullable Object value) throws MalformedMessage {
    if (value == null) {
      return null;
    }
    // Python's 0 means no limit.
    if (value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() < Integer.MAX_VALUE) {
      long millis = (long) (number.doubleValue() * 1000);
      return millis == 0 ? null : Duration.ofMillis(millis);
    }
    throw wrongType(TIMELIMIT, "seconds of at least 0 in each place", value);
  }

  private static MalformedMessage wrongType(String name, String expected, Object value) {
    return new MalformedMessage(
        "headers." + name,
        "expected " + expected + ", got " + value.getClass().getSimpleName() + " " + value);
  }

  private static @Nullable Object seconds(@Nullable Duration limit) {
    if (limit == null) {
      return null;
    }
    return limit.toMillis() % 1000 == 0
        ? (Object) Math.toIntExact(limit.toSeconds())
        : (Object) (limit.toMillis() / 1000.0);
  }

  private static void putTime(
      Map<String, @Nullable Object> headers, String name, @Nullable Instant time) {
    putUnlessNull(headers, name, time == null ? null : IsoTime.format(time));
  }

  private static void putUnlessNull(
      Map<String, @Nullable Object> headers, String name, @Nullable Object value) {
    if (value != null) {
      headers.put(name, value);
    }
  }
}
