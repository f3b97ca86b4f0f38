package dev.sluice.bench;

import dev.sluice.timelines.PostIds;
import dev.sluice.timelines.TimelineKeys;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * The timelines of users 1 to n, as plain Jedis on one connection writes and checks them.
 *
 * <p>Threading: for one thread.
 */
final class BenchTimelines implements AutoCloseable {
  /** Users between two waits for the replies. */
  static final int PIPELINE = 1000;

  private static final int TIMEOUT_MILLIS = 60_000;

  /** Of more timelines than this only so many are looked at. */
  private static final int LOOKED_AT = 1_000_000;

  private static final int BEYOND = 1000;

  private final Jedis jedis;
  private final TimelineKeys keys;
  private final int cap;
  private final long bytesBefore;

  /** Connects to a private Redis, which from now on keeps nothing on disk. */
  BenchTimelines(String url, String namespace, int cap) {
    URI address = URI.create(url);
    jedis = new Jedis(address.getHost(), address.getPort(), TIMEOUT_MILLIS);
    keys = new TimelineKeys(namespace);
    this.cap = cap;
    jedis.configSet("appendonly", "no");
    jedis.configSet("save", "");
    jedis.configSet("maxmemory", "0");
    bytesBefore = usedBytes();
  }

  /** What a timeline holds, by user. */
  private interface Question<T> {
    Response<T> ask(Pipeline pipeline, String timeline);
  }

  /** Fills the timelines of users 1 to {@code users} up to the cap; returns the posts' ids. */
  List<Long> fill(int users) {
    List<Long> posts = new ArrayList<>();
    String first = keys.following(1);
    Instant oldest = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
    for (int place = 0; place < cap; place++) {
      Instant at = oldest.plusSeconds(place);
      posts.add(PostIds.of(at, place));
      jedis.zadd(first, at.toEpochMilli(), Long.toString(posts.get(place)));
    }
    if (users > 1) {
      count(
          2, users, 1, (pipeline, timeline) -> pipeline.copy(first, timeline, false), done -> done);
    }
    return posts;
  }

  /** Brings a post to users 1 to {@code users}, and trims: the raw subject. */
  void write(long post, long createdAt, int users) {
    String member = Long.toString(post);
    Pipeline pipeline = jedis.pipelined();
    for (int user = 1; user <= users; user++) {
      String timeline = keys.following(user);
      pipeline.zadd(timeline, createdAt, member);
      pipeline.zremrangeByRank(timeline, 0, -(cap + 1L));
      if (user % PIPELINE == 0) {
        pipeline.sync();
      }
    }
    pipeline.sync();
  }

  /** Whether a user has a post. */
  boolean has(long post, long user) {
    return jedis.zscore(keys.following(user), Long.toString(post)) != null;
  }

  /**
   * Timelines of users 1 to {@code users} without a post, or longer than the cap. Of more than a
   * million users every second is asked, every third, and so on, and stands for the others.
   */
  long wrong(long post, int users) {
    String member = Long.toString(post);
    int stride = stride(users);
    long missing = count(1, users, stride, (p, key) -> p.zscore(key, member), s -> s == null);
    long tooLong = count(1, users, stride, Pipeline::zcard, size -> size > cap);
    return (missing + tooLong) * stride;
  }

  /** How many of the next thousand users, who do not follow, have a post. */
  long unasked(long post, int users) {
    String member = Long.toString(post);
    return count(
        users + 1, users + BEYOND, 1, (p, key) -> p.zscore(key, member), score -> score != null);
  }

  /** What the timelines of users 1 to {@code users} take, keys and Redis' own tables included. */
  Memory memory(int users) {
    int stride = stride(users);
    long[] entries = new long[1];
    count(
        1,
        users,
        stride,
        Pipeline::zcard,
        size -> {
          entries[0] += size;
          return true;
        });
    return new Memory(usedBytes() - bytesBefore, users, entries[0] * stride);
  }

  /**
   * Memory of timelines.
   *
   * @param bytes of all of them
   * @param entries in all of them
   */
  record Memory(long bytes, long timelines, long entries) {
    double bytesPerEntry() {
      return (double) bytes / Math.max(1, entries);
    }

    double bytesPerTimeline() {
      return (double) bytes / timelines;
    }
  }

  /** What the server is, for people. */
  String describe() {
    return "Redis " + info("server", "redis_version") + ", nothing on disk, no memory limit";
  }

  @Override
  public void close() {
    jedis.close();
  }

  private static int stride(int users) {
    return (users + LOOKED_AT - 1) / LOOKED_AT;
  }

  /** How many of the timelines of users {@code from} to {@code to} answer so. */
  private <T> long count(
      int from, int to, int stride, Question<T> question, Predicate<? super T> answer) {
    long count = 0;
    Pipeline pipeline = jedis.pipelined();
    List<Response<T>> replies = new ArrayList<>(PIPELINE);
    for (int user = from; user <= to; user += stride) {
      replies.add(question.ask(pipeline, keys.following(user)));
      if (replies.size() == PIPELINE || user + stride > to) {
        pipeline.sync();
        count += replies.stream().filter(reply -> answer.test(reply.get())).count();
        replies.clear();
      }
    }
    return count;
  }

  private long usedBytes() {
    return Long.parseLong(info("memory", "used_memory"));
  }

  private String info(String section, String field) {
    return jedis
        .info(section)
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }
}
