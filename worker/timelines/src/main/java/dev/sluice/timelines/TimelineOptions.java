package dev.sluice.timelines;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How timelines are kept.
 *
 * @param namespace prefix of the Redis keys; empty for none
 * @param cap entries of a timeline, 1 to 10000; default 120, so that the entry over the cap still
 *     fits Redis' compact encoding of 128
 * @param idle a timeline that nobody is written to for so long is dropped; default 31 days
 * @param chunk recipients of one step of a fan-out, 1 to 10000; default 2000
 * @param lanes how many chunks of one fan-out are written at a time at most, 1 to 256; default 4
 * @param writesPerSecond timelines that this process writes to a second at most, fan-outs of new
 *     posts and of deleted ones each; 0, the default, for no limit
 * @param truncationsPerSecond timelines that the truncation looks at a second at most, in this
 *     process; default 5000, 0 for no limit
 * @param celebrityFollowers the posts of an author with more followers than this are not fanned out
 *     any more but merged into the followers' timelines when those are read; default 500000, 0 for
 *     never
 * @param idleUsers what fan-outs do about users who do not read their timelines; default {@link
 *     IdleUsers#PUSH}
 */
public record TimelineOptions(
    String namespace,
    int cap,
    Duration idle,
    int chunk,
    int lanes,
    long writesPerSecond,
    long truncationsPerSecond,
    long celebrityFollowers,
    IdleUsers idleUsers) {

  /**
   * No namespace, 120 entries, 31 days, 2000 recipients, 4 lanes, no limit, 5000 truncations a
   * second, celebrities from 500000 followers on, idle users are written to.
   */
  public static final TimelineOptions DEFAULTS =
      new TimelineOptions("", 120, Duration.ofDays(31), 2000, 4, 0, 5000, 500_000, IdleUsers.PUSH);

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
    between("timelines.lanes", 1, lanes, 256);
    between("timelines.writes_per_second", 0, writesPerSecond, 1_000_000_000);
    between("timelines.truncations_per_second", 0, truncationsPerSecond, 1_000_000_000);
    between("timelines.celebrity_followers", 0, celebrityFollowers, 1_000_000_000);
  }

  /**
   * The defaults with what {@code timelines.cap}, {@code timelines.idle_days}, {@code
   * timelines.chunk}, {@code timelines.lanes}, {@code timelines.writes_per_second}, {@code
   * timelines.truncations_per_second}, {@code timelines.celebrity_followers} and {@code
   * timelines.idle_users} ({@code push} or {@code skip}) say.
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
            case "timelines.lanes" -> options.withLanes(number(key, value));
            case "timelines.writes_per_second" -> options.withWritesPerSecond(number(key, value));
            case "timelines.truncations_per_second" ->
                options.withTruncationsPerSecond(number(key, value));
            case "timelines.celebrity_followers" ->
                options.withCelebrityFollowers(number(key, value));
            case "timelines.idle_users" -> options.withIdleUsers(idleUsers(key, value));
            case HANDLE_POSTS -> options;
            default ->
                throw new IllegalArgumentException(
                    "unknown setting '"
                        + key
                        + "'; known are timelines.cap, timelines.idle_days, timelines.chunk,"
                        + " timelines.lanes, timelines.writes_per_second,"
                        + " timelines.truncations_per_second,"
                        + " timelines.celebrity_followers, timelines.idle_users and "
                        + HANDLE_POSTS);
          };
    }
    return options;
  }

  public TimelineOptions withNamespace(String newNamespace) {
    return with(o -> o.namespace = newNamespace);
  }

  public TimelineOptions withCap(int newCap) {
    return with(o -> o.cap = newCap);
  }

  public TimelineOptions withIdle(Duration newIdle) {
    return with(o -> o.idle = newIdle);
  }

  public TimelineOptions withChunk(int newChunk) {
    return with(o -> o.chunk = newChunk);
  }

  public TimelineOptions withLanes(int newLanes) {
    return with(o -> o.lanes = newLanes);
  }

  public TimelineOptions withWritesPerSecond(long newRate) {
    return with(o -> o.writesPerSecond = newRate);
  }

  public TimelineOptions withTruncationsPerSecond(long newRate) {
    return with(o -> o.truncationsPerSecond = newRate);
  }

  public TimelineOptions withCelebrityFollowers(long newThreshold) {
    return with(o -> o.celebrityFollowers = newThreshold);
  }

  public TimelineOptions withIdleUsers(IdleUsers newIdleUsers) {
    return with(o -> o.idleUsers = newIdleUsers);
  }

  private TimelineOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a whole number, is '" + value + "'", e);
    }
  }

  private static IdleUsers idleUsers(String key, String value) {
    return switch (value.trim().toLowerCase(Locale.ROOT)) {
      case "push" -> IdleUsers.PUSH;
      case "skip" -> IdleUsers.SKIP;
      default ->
          throw new IllegalArgumentException(key + " must be push or skip, is '" + value + "'");
    };
  }

  private static void between(String key, long least, long value, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " must be " + least + " to " + most + ", is " + value);
    }
  }

  /** The same options, open to a change. */
  private static final class Draft {
    private String namespace;
    private int cap;
    private Duration idle;
    private int chunk;
    private int lanes;
    private long writesPerSecond;
    private long truncationsPerSecond;
    private long celebrityFollowers;
    private IdleUsers idleUsers;

    Draft(TimelineOptions from) {
      namespace = from.namespace;
      cap = from.cap;
      idle = from.idle;
      chunk = from.chunk;
      lanes = from.lanes;
      writesPerSecond = from.writesPerSecond;
      truncationsPerSecond = from.truncationsPerSecond;
      celebrityFollowers = from.celebrityFollowers;
      idleUsers = from.idleUsers;
    }

    TimelineOptions options() {
      return new TimelineOptions(
          namespace,
          cap,
          idle,
          chunk,
          lanes,
          writesPerSecond,
          truncationsPerSecond,
          celebrityFollowers,
          idleUsers);
    }
  }
}
