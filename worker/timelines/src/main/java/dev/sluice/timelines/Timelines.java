package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timelines of one database and one Redis: ids from Redis, posts through a cache. A post that
 * was deleted never appears; a page is filled up from what follows. A timeline that Redis does not
 * hold any more is rebuilt from the database when it is read.
 *
 * <p>Every reading method throws {@link dev.sluice.redis.RedisUnavailable} while Redis is away.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Timelines implements AutoCloseable {
  private final Redis redis;
  private final TimelineStore store;
  private final PostCache posts;
  private final TimelineRebuilder rebuilder;
  private final MergedAuthors merged;
  private final PageReader pages;
  private final int cap;

  private Timelines(ReadingOptions options, Redis redis) {
    this.redis = redis;
    cap = options.timelines().cap();
    store = new TimelineStore(redis, options.timelines());
    posts = PostCache.open(options, redis);
    rebuilder =
        new TimelineRebuilder(
            options.dataSource(),
            store,
            new TimelineMarks(redis, options.timelines()),
            cap,
            options.clock());
    merged = new MergedAuthors(options, rebuilder, store);
    pages = new PageReader(posts);
  }

  /**
   * Opens timelines. A Redis, broker or database that is away is no error.
   *
   * @throws IllegalArgumentException when the cap is too high for the settings of Redis
   */
  public static Timelines open(ReadingOptions options) {
    Redis redis = Redis.open(options.redisUrl());
    try {
      EncodingCheck.check(redis, options.timelines().cap());
      return new Timelines(options, redis);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /** The posts of all users. */
  public Page everyone(PageRequest page) throws SQLException {
    rebuilder.ensureEveryone();
    return read(store.keys().everyone(), page);
  }

  /**
   * The posts of those whom a user follows; of those with more followers than the threshold as they
   * are in their profiles.
   */
  public Page following(long user, PageRequest page) throws SQLException {
    rebuilder.ensureFollowing(user);
    List<Long> authors = merged.followedBy(user);
    if (authors.isEmpty()) {
      return read(store.keys().following(user), page);
    }
    // Every part has its newest, so that the newest of all parts together are exact.
    List<Entry> whole =
        merged.merge(store.page(store.keys().following(user), null, cap), authors, cap);
    return pages.read(page, (after, limit) -> from(whole, after, limit));
  }

  /** A user's own posts. */
  public Page profile(long user, PageRequest page) throws SQLException {
    rebuilder.ensureProfile(user);
    return read(store.keys().profile(user), page);
  }

  /** The cache of posts, which must be told of deletions. */
  public PostCache posts() {
    return posts;
  }

  /** Rebuilds timelines from the database. */
  public TimelineRebuilder rebuilder() {
    return rebuilder;
  }

  /** What the timelines are written to. */
  public TimelineStore store() {
    return store;
  }

  /** What holds them. */
  public Redis redis() {
    return redis;
  }

  @Override
  public void close() {
    posts.close();
    redis.close();
  }

  private Page read(String timeline, PageRequest page) throws SQLException {
    return pages.read(page, (after, limit) -> store.page(timeline, after, limit));
  }

  private static List<Entry> from(List<Entry> whole, @Nullable Entry after, int limit) {
    return whole.stream()
        .filter(entry -> after == null || Entry.NEWEST_FIRST.compare(entry, after) > 0)
        .limit(limit)
        .toList();
  }
}
