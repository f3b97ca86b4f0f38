package dev.sluice.gateway;

import dev.sluice.settings.DurationText;
import dev.sluice.task.TaskIds;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options of one task from names and texts, wherever these stood, and notes everything
 * that is wrong with them. One for each task.
 */
final class OptionReader {
  /** Names of the options; {@code countdown} is Celery's name of a delay, a number of seconds. */
  static final Set<String> NAMES =
      Set.of(
          "queue",
          "delay",
          "countdown",
          "eta",
          "expires",
          "priority",
          "order_key",
          "version",
          "task_id",
          "window");

  static final String KEY = "idempotency_key";

  private static final int LONGEST_KEY = 255;
  private static final Duration LONGEST_DELAY = Duration.ofDays(3650);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(30);
  private static final int LAST_YEAR = 9999;

  private final InstantSource clock;
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, String> paths = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  OptionReader(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Takes the text of an option.
   *
   * @param path where it stood
   */
  void take(String name, String text, String path) {
    if (!NAMES.contains(name) && !name.equals(KEY)) {
      fault(path, "there is no option '" + name + "'; there are " + String.join(", ", known()));
    } else if (texts.putIfAbsent(name, text) != null) {
      fault(path, "is given twice, also as " + paths.get(name));
    } else {
      paths.put(name, path);
    }
  }

  /** Takes a further header of the message. */
  void header(String name, String value, String path) {
    if (headers.putIfAbsent(name, value) != null) {
      fault(path, "the header '" + name + "' is given twice");
    }
  }

  void fault(String path, String reason) {
    faults.add(new Fault(path, reason));
  }

  /** What was taken; refuses the request when any of it is wrong. */
  TaskOptions options(ProblemType whenWrong) {
    Duration delay = read("delay", text -> bounded(DurationText.parse(text), LONGEST_DELAY));
    Duration countdown = read("countdown", OptionReader::seconds);
    Instant eta = read("eta", OptionReader::time);
    together("delay", "countdown");
    together("delay", "eta");
    together("countdown", "eta");
    together("task_id", KEY);
    together("order_key", "delay");
    together("order_key", "countdown");
    together("order_key", "eta");
    together("order_key", "priority");
    if (texts.containsKey("window") && !texts.containsKey(KEY)) {
      fault(paths.get("window"), "means something together with an idempotency key alone");
    }
    TaskOptions options =
        new TaskOptions(
            read("queue", OptionReader::queue),
            delay == null ? countdown : delay,
            eta,
            read("expires", this::expiry),
            read("priority", text -> whole(text, 0, 9)),
            read("order_key", text -> visible(text, LONGEST_KEY, "an order key")),
            read("version", text -> whole(text, 1, 1_000_000)),
            read("task_id", OptionReader::taskId),
            read(KEY, OptionReader::key),
            read("window", OptionReader::window),
            headers);
    if (!faults.isEmpty()) {
      throw Problem.of(whenWrong, faults).refusal();
    }
    return options;
  }

  private <T> @Nullable T read(String name, Function<String, T> form) {
    String text = texts.get(name);
    if (text == null) {
      return null;
    }
    try {
      return form.apply(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      fault(paths.get(name), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void together(String one, String other) {
    if (texts.containsKey(one) && texts.containsKey(other)) {
      fault(paths.get(other), "cannot be given together with " + paths.get(one));
    }
  }

  private Instant expiry(String text) {
    return text.matches("[0-9]+(ms|s|m|h|d)")
        ? clock.instant().plus(bounded(DurationText.parse(text), LONGEST_DELAY))
        : time(text);
  }

  private static Instant time(String text) {
    OffsetDateTime time;
    try {
      time = OffsetDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is no time with its zone; write one such as 2026-01-31T12:00:00Z", e);
    }
    if (time.getYear() < 1970 || time.getYear() > LAST_YEAR) {
      throw new IllegalArgumentException("must lie in the years 1970 to " + LAST_YEAR);
    }
    return time.toInstant();
  }

  private static Duration seconds(String text) {
    if (!text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
      throw new IllegalArgumentException("must be a number of seconds, such as 30 or 0.5");
    }
    return bounded(
        Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValue()), LONGEST_DELAY);
  }

  private static Duration window(String text) {
    Duration window = bounded(DurationText.parse(text), LONGEST_WINDOW);
    if (window.isZero()) {
      throw new IllegalArgumentException("must be longer than 0");
    }
    return window;
  }

  private static Duration bounded(Duration duration, Duration longest) {
    if (duration.compareTo(longest) > 0) {
      throw new IllegalArgumentException("must be at most " + longest.toDays() + " days");
    }
    return duration;
  }

  private static int whole(String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
  }

  private static String queue(String text) {
    return visible(text, 199, "the name of a queue");
  }

  /**
   * Ids of version 8 are made of keys and of other ids: who chose one could have another's task
   * taken for a copy.
   */
  private static String taskId(String text) {
    String id = visible(text, 255, "a task id");
    if (TaskIds.isDerived(id)) {
      throw new IllegalArgumentException(
          "is a UUID of version 8, which stands for a key; send the same idempotency key again, or"
              + " choose another id");
    }
    return id;
  }

  private static String key(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return visible(quoted ? text.substring(1, text.length() - 1) : text, LONGEST_KEY, "a key");
  }

  private static String visible(String text, int most, String what) {
    if (text.isEmpty() || text.length() > most || !text.chars().allMatch(c -> c > 32 && c < 127)) {
      throw new IllegalArgumentException(
          "must be " + what + ": 1 to " + most + " visible ASCII characters without blanks");
    }
    return text;
  }

  private static List<String> known() {
    return NAMES.stream().sorted().toList();
  }
}
