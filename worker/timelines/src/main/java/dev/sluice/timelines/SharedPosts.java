package dev.sluice.timelines;

import dev.sluice.redis.Redis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.params.SetParams;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts in Redis, {@code post:ID}: JSON, or a word that says that there is none. What is there is
 * never overwritten by what a reader brings, so that a tombstone stands against those who have read
 * the database before the post was deleted.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class SharedPosts {
  private static final String MISSING = "missing";
  private static final String DELETED = "deleted";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final CommandObjects commands = Redis.COMMANDS;
  private final Redis redis;
  private final TimelineKeys keys;
  private final PostCacheOptions options;

  SharedPosts(Redis redis, TimelineKeys keys, PostCacheOptions options) {
    this.redis = redis;
    this.keys = keys;
    this.options = options;
  }

  /** What is known of posts, by id. */
  Map<Long, CachedPost> get(Collection<Long> ids) {
    List<Long> ordered = List.copyOf(ids);
    List<@Nullable String> texts =
        redis.run(ordered.stream().map(id -> commands.get(keys.post(id))).toList());
    Map<Long, CachedPost> known = new HashMap<>();
    for (int i = 0; i < ordered.size(); i++) {
      CachedPost cached = read(ordered.get(i), texts.get(i));
      if (cached != null) {
        known.put(ordered.get(i), cached);
      }
    }
    return known;
  }

  /** Brings what was read from the database; returns what is there then, by id. */
  Map<Long, CachedPost> offer(Map<Long, CachedPost> read) {
    List<CommandObject<@Nullable String>> batch = new ArrayList<>(2 * read.size());
    read.forEach(
        (id, cached) -> {
          Duration keep = cached.post() == null ? options.missingFor() : options.sharedFor();
          SetParams unlessThere = SetParams.setParams().nx().ex(keep.toSeconds());
          batch.add(commands.set(keys.post(id), write(cached), unlessThere));
          batch.add(commands.get(keys.post(id)));
        });
    List<@Nullable String> replies = redis.run(batch);
    Map<Long, CachedPost> there = new HashMap<>();
    int reply = 1;
    for (Map.Entry<Long, CachedPost> offered : read.entrySet()) {
      CachedPost winner = read(offered.getKey(), replies.get(reply));
      there.put(offered.getKey(), winner == null ? offered.getValue() : winner);
      reply += 2;
    }
    return there;
  }

  /** Puts a tombstone. */
  void bury(long post) {
    SetParams keep = SetParams.setParams().ex(options.tombstoneFor().toSeconds());
    redis.run(List.of(commands.set(keys.post(post), DELETED, keep)));
  }

  private static String write(CachedPost cached) {
    Post post = cached.post();
    if (post == null) {
      return cached.deleted() ? DELETED : MISSING;
    }
    return MAPPER.writeValueAsString(
        new Stored(post.author(), post.createdAt().toEpochMilli(), post.text()));
  }

  private static @Nullable CachedPost read(long id, @Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.equals(MISSING) || text.equals(DELETED)) {
      return text.equals(DELETED) ? CachedPost.DELETED : CachedPost.MISSING;
    }
    try {
      Stored stored = MAPPER.readValue(text, Stored.class);
      Instant createdAt = Instant.ofEpochMilli(stored.at());
      return CachedPost.of(new Post(id, stored.by(), createdAt, stored.text()));
    } catch (JacksonException e) {
      // Written by a version of another form: as if it were not there.
      return null;
    }
  }

  /** A post's value in Redis, names short. */
  private record Stored(long by, long at, String text) {}
}
