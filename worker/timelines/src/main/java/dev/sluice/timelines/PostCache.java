package dev.sluice.timelines;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.broker.Broker;
import dev.sluice.redis.Redis;
import dev.sluice.redis.RedisUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Posts by id: from this process, else from Redis, else from the database, replica first. What is
 * read is kept nearer, unless the post was deleted meanwhile.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class PostCache implements PostChanges, AutoCloseable {
  private final Posts table = new Posts();
  private final DataSource primary;
  private final @Nullable DataSource replica;
  private final SharedPosts shared;
  private final LocalPosts local;
  private final @Nullable Invalidations invalidations;
  private final PostCacheOptions options;
  private final InstantSource clock;

  private PostCache(
      ReadingOptions reading,
      SharedPosts shared,
      LocalPosts local,
      @Nullable Invalidations invalidations) {
    primary = reading.dataSource();
    replica = reading.replica();
    options = reading.posts();
    clock = reading.clock();
    this.shared = shared;
    this.local = local;
    this.invalidations = invalidations;
  }

  static PostCache open(ReadingOptions reading, Redis redis) {
    PostCacheOptions options = reading.posts();
    Broker broker = reading.broker();
    LocalPosts local =
        new LocalPosts(
            options.localBytes(),
            broker == null ? options.localUninvalidated() : options.localFor(),
            options.missingFor(),
            Ticker.systemTicker());
    return new PostCache(
        reading,
        new SharedPosts(redis, new TimelineKeys(reading.timelines().namespace()), options),
        local,
        broker == null ? null : Invalidations.open(broker, local));
  }

  /**
   * The posts that there are, by id.
   *
   * @throws RedisUnavailable when Redis is away and this process does not know them all
   */
  public Map<Long, Post> get(Collection<Long> ids) throws SQLException {
    Map<Long, Post> found = new HashMap<>();
    Map<Long, Long> stamps = new LinkedHashMap<>();
    boolean localIsSound = invalidations == null || invalidations.receiving();
    for (Long id : ids) {
      // Before anything else is read, so that no deletion can be missed.
      long stamp = local.stamp(id);
      CachedPost cached = localIsSound ? local.get(id) : null;
      if (cached == null) {
        stamps.put(id, stamp);
      } else if (cached.post() != null) {
        found.put(id, cached.post());
      }
    }
    if (!stamps.isEmpty()) {
      find(stamps, found);
    }
    return found;
  }

  /** Puts a tombstone: who has read the row before finds it when bringing the post to Redis. */
  @Override
  public void deleted(long post) {
    shared.bury(post);
    local.invalidate(post);
  }

  /**
   * Broadcasts it.
   *
   * @throws dev.sluice.broker.BrokerException when the broker did not confirm that
   */
  @Override
  public void announce(long post) {
    local.invalidate(post);
    if (invalidations != null) {
      invalidations.send(List.of(post));
    }
  }

  @Override
  public void close() {
    if (invalidations != null) {
      invalidations.close();
    }
  }

  /** From Redis, else from the database. */
  private void find(Map<Long, Long> stamps, Map<Long, Post> found) throws SQLException {
    Map<Long, CachedPost> known = shared.get(stamps.keySet());
    List<Long> unknown = stamps.keySet().stream().filter(id -> !known.containsKey(id)).toList();
    if (!unknown.isEmpty()) {
      Map<Long, Post> rows = fromDatabase(unknown);
      try {
        known.putAll(shared.offer(worthKeeping(unknown, rows)));
      } catch (RedisUnavailable e) {
        // A Redis that is full answers and takes nothing. Where no tombstone can be found in the
        // way of a row, the row is not kept here either.
        found.putAll(rows);
      }
    }
    known.forEach(
        (id, cached) -> {
          local.put(id, cached, stamps.get(id));
          if (cached.post() != null) {
            found.put(id, cached.post());
          }
        });
  }

  private Map<Long, CachedPost> worthKeeping(List<Long> ids, Map<Long, Post> rows) {
    Map<Long, CachedPost> worth = new LinkedHashMap<>();
    for (Long id : ids) {
      Post row = rows.get(id);
      // A young one may be about to be committed: its id is in timelines before.
      if (row != null || !young(id)) {
        worth.put(id, CachedPost.of(row));
      }
    }
    return worth;
  }

  private Map<Long, Post> fromDatabase(List<Long> ids) throws SQLException {
    if (replica == null) {
      return select(primary, ids);
    }
    Map<Long, Post> found = select(replica, ids);
    List<Long> perhapsNotThereYet =
        ids.stream().filter(id -> !found.containsKey(id) && young(id)).toList();
    if (!perhapsNotThereYet.isEmpty()) {
      found.putAll(select(primary, perhapsNotThereYet));
    }
    return found;
  }

  private Map<Long, Post> select(DataSource from, List<Long> ids) throws SQLException {
    try (Connection connection = from.getConnection()) {
      return table.byId(connection, ids);
    }
  }

  private boolean young(long post) {
    Instant createdAt = PostIds.createdAt(post);
    return createdAt.isAfter(clock.instant().minus(options.replicaLag()));
  }
}
