package dev.sluice.timelines;

import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;

/**
 * How timelines are kept.
 *
 * @param namespace prefix of the Redis keys; empty for none
 * @param cap entries of a timeline, 1 to 10000; default 120, so that the entry over the cap still
 *     fits Redis' compact encoding of 128
 * @param idle a timeline that nobody is written to for so long is dropped; default 31 days
 * @param chunk recipients of one step of a fan-out, 1 to 10000; default 1000
 */
public record TimelineOptions(String namespace, int cap, Duration idle, int chunk) {

  /** No namespace, 120 entries, 31 days, 1000 recipients. */
  public static final TimelineOptions DEFAULTS =
      new TimelineOptions("", 120, Duration.ofDays(31), 1000);

  /**
   * Setting, default true: whether the worker's own module handles posts. False where another
   * module does, for example one that adds rows of its own to the post's transaction.
   */
  public static final String HANDLE_POSTS = "timelines.handle_posts";

  private static final String SECTION = "timelines.";

  public TimelineOptions {
    between("timelines.cap", 1, cap, 10_000);
    between("timelines.idle_days", 1, idle.toDays(), 3_650);
    between("timelines.chunk", 1, chunk, 10_000);
  }

  /**
   * The defaults with what {@code timelines.cap}, {@code timelines.idle_days} and {@code
   * timelines.chunk} say.
   *
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public static TimelineOptions of(String namespace, Map<String, String> properties) {
    TimelineOptions options = DEFAULTS.withNamespace(namespace);
    for (String key : new TreeSet<>(properties.keySet())) {
      if (!key.startsWith(SECTION)) {
        continue;
      }
      String value = properties.get(key);
      options =
          switch (key) {
            case "timelines.cap" -> options.withCap(number(key, value));
            case "timelines.idle_days" -> options.withIdle(Duration.ofDays(number(key, value)));
            case "timelines.chunk" -> options.withChunk(number(key, value));
            case HANDLE_POSTS -> options;
            default ->
                throw new IllegalArgumentException(
                    "unknown setting '"
                        + key
                        + "'; known are timelines.cap, timelines.idle_days, timelines.chunk and "
                        + HANDLE_POSTS);
          };
    }
    return options;
  }

  public TimelineOptions withNamespace(String newNamespace) {
    return new TimelineOptions(newNamespace, cap, idle, chunk);
  }

  public TimelineOptions withCap(int newCap) {
    return new TimelineOptions(namespace, newCap, idle, chunk);
  }

  public TimelineOptions withIdle(Duration newIdle) {
    return new TimelineOptions(namespace, cap, newIdle, chunk);
  }

  public TimelineOptions withChunk(int newChunk) {
    return new TimelineOptions(namespace, cap, idle, newChunk);
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a whole number, is '" + value + "'", e);
    }
  }

  private static void between(String key, long least, long value, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " must be " + least + " to " + most + ", is " + value);
    }
  }
}
