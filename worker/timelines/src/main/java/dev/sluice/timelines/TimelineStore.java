package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/**
 * Timelines in Redis: capped sorted sets, score = the post's own time in milliseconds, member = its
 * id. Adding and removing are idempotent; the result of adding does not depend on the order of the
 * calls. Every method throws {@link dev.sluice.redis.RedisUnavailable} when not every reply was
 * good; calling it again is harmless.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class TimelineStore {
  private static final int SAME_MILLISECOND = 8;

  private final CommandObjects commands = Redis.COMMANDS;
  private final Redis redis;
  private final TimelineKeys keys;
  private final TimelineCommands writes;

  public TimelineStore(Redis redis, TimelineOptions options) {
    this.redis = redis;
    keys = new TimelineKeys(options.namespace());
    writes = new TimelineCommands(options.cap(), options.idle());
  }

  public TimelineKeys keys() {
    return keys;
  }

  /** Adds a post to timelines and trims each of them. */
  public void add(List<String> timelines, long post, Instant createdAt) {
    Rawable score = score(createdAt);
    Rawable member = RawableFactory.from(post);
    List<CommandObject<Long>> batch = new ArrayList<>(3 * timelines.size());
    for (String timeline : timelines) {
      Rawable key = RawableFactory.from(timeline);
      // Add, then trim: the other way round, an old post would push out a newer one.
      batch.add(writes.add(key, score, member));
      batch.add(writes.trim(key));
      batch.add(writes.keep(key));
    }
    redis.run(batch);
  }

  /** Adds posts to a timeline and trims it. */
  public void add(String timeline, List<Entry> posts) {
    if (posts.isEmpty()) {
      return;
    }
    List<CommandObject<Long>> batch = new ArrayList<>(2 * posts.size() + 1);
    Rawable key = RawableFactory.from(timeline);
    for (Entry post : posts) {
      batch.add(writes.add(key, score(post.createdAt()), RawableFactory.from(post.post())));
      // Each of them: a few entries over the cap would cost the compact encoding for good.
      batch.add(writes.trim(key));
    }
    batch.add(writes.keep(key));
    redis.run(batch);
  }

  /** Removes a post from timelines. */
  public void remove(List<String> timelines, long post) {
    String member = Long.toString(post);
    redis.run(timelines.stream().map(timeline -> commands.zrem(timeline, member)).toList());
  }

  /** Removes posts from a timeline. */
  public void remove(String timeline, Collection<Long> posts) {
    if (!posts.isEmpty()) {
      String[] members = posts.stream().map(String::valueOf).toArray(String[]::new);
      redis.run(List.of(commands.zrem(timeline, members)));
    }
  }

  /** Those of the users whose timelines of those followed are kept up by fan-outs. */
  public List<Long> kept(List<Long> users) {
    List<Boolean> marks =
        redis.run(users.stream().map(user -> commands.exists(keys.kept(user))).toList());
    List<Long> kept = new ArrayList<>(users.size());
    for (int i = 0; i < users.size(); i++) {
      if (marks.get(i)) {
        kept.add(users.get(i));
      }
    }
    return kept;
  }

  /** A user's timeline of those followed is not complete any more: the next reader rebuilds it. */
  public void unkeep(long user) {
    redis.run(List.of(commands.del(keys.kept(user))));
  }

  /**
   * Entries of a timeline, newest first.
   *
   * @param before only those that come after this one, which need not be there; null for the newest
   */
  public List<Entry> page(String timeline, @Nullable Entry before, int limit) {
    double from = before == null ? Double.POSITIVE_INFINITY : before.createdAt().toEpochMilli();
    // Those of the same millisecond are read again and left out. Should there be many, everything
    // is read once more: going on by offset would miss or double some when a post comes or goes.
    for (int count = limit + SAME_MILLISECOND; ; count *= 2) {
      ZRangeParams range =
          ZRangeParams.zrangeByScoreParams(from, Double.NEGATIVE_INFINITY).rev().limit(0, count);
      List<Tuple> read = redis.run(List.of(commands.zrangeWithScores(timeline, range))).get(0);
      List<Entry> page =
          read.stream()
              .map(TimelineStore::entry)
              .filter(entry -> before == null || Entry.NEWEST_FIRST.compare(entry, before) > 0)
              .limit(limit)
              .toList();
      if (page.size() == limit || read.size() < count) {
        return page;
      }
    }
  }

  /**
   * The names of all timelines, page by page, each page read when it is asked for. A name may come
   * twice; one that moves to another server of a cluster meanwhile may be missed.
   */
  public Iterator<List<String>> names() {
    return new TimelineNames(redis.masters(), keys.pattern());
  }

  /** Removes posts older than {@code oldest} and those over a cap; returns how many. */
  public long truncate(List<String> timelines, Instant oldest, int toCap) {
    List<CommandObject<Long>> batch = new ArrayList<>(2 * timelines.size());
    for (String timeline : timelines) {
      batch.add(commands.zremrangeByScore(timeline, "-inf", "(" + oldest.toEpochMilli()));
      batch.add(commands.zremrangeByRank(timeline, 0, -(toCap + 1L)));
    }
    return redis.run(batch).stream().mapToLong(Long::longValue).sum();
  }

  /** Walks over all timelines that can be left and taken up again. */
  public TimelineScan scan() {
    return new TimelineScan(redis, keys.pattern());
  }

  /** The tally of the truncation that operators see. */
  public TruncationTally truncations() {
    return new TruncationTally(redis, keys);
  }

  private static Entry entry(Tuple tuple) {
    return new Entry(
        Long.parseLong(tuple.getElement()), Instant.ofEpochMilli((long) tuple.getScore()));
  }

  private static Rawable score(Instant createdAt) {
    return RawableFactory.from((double) createdAt.toEpochMilli());
  }
}
