package dev.sluice.timelines;

import dev.sluice.broker.Broker;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What timelines are read from, and how.
 *
 * @param dataSource the database; stays the caller's to close
 * @param replica a copy of it that posts are read from first; null for none
 * @param redisUrl where Redis is
 * @param timelines how timelines are kept; the same for all who read and write them
 * @param posts how posts are cached
 * @param mergedFor how long it is remembered whose posts are merged into whose timeline, and what
 *     these have posted; default 3 s
 * @param broker tells of changes; null for none, which makes the cache in the process a short one.
 *     Stays the caller's to close, after the timelines
 * @param clock tells the time
 */
public record ReadingOptions(
    DataSource dataSource,
    @Nullable DataSource replica,
    URI redisUrl,
    TimelineOptions timelines,
    PostCacheOptions posts,
    Duration mergedFor,
    @Nullable Broker broker,
    InstantSource clock) {

  private static final Duration MERGED_FOR = Duration.ofSeconds(3);

  public ReadingOptions {
    if (mergedFor.isNegative() || mergedFor.isZero()) {
      throw new IllegalArgumentException("mergedFor must be longer than 0, is " + mergedFor);
    }
  }

  /** No replica, no broker, every default. */
  public static ReadingOptions of(DataSource dataSource, URI redisUrl) {
    return new ReadingOptions(
        dataSource,
        null,
        redisUrl,
        TimelineOptions.DEFAULTS,
        PostCacheOptions.DEFAULTS,
        MERGED_FOR,
        null,
        InstantSource.system());
  }

  public ReadingOptions withReplica(@Nullable DataSource newReplica) {
    return new ReadingOptions(
        dataSource, newReplica, redisUrl, timelines, posts, mergedFor, broker, clock);
  }

  public ReadingOptions withTimelines(TimelineOptions newTimelines) {
    return new ReadingOptions(
        dataSource, replica, redisUrl, newTimelines, posts, mergedFor, broker, clock);
  }

  public ReadingOptions withPosts(PostCacheOptions newPosts) {
    return new ReadingOptions(
        dataSource, replica, redisUrl, timelines, newPosts, mergedFor, broker, clock);
  }

  public ReadingOptions withMergedFor(Duration newMergedFor) {
    return new ReadingOptions(
        dataSource, replica, redisUrl, timelines, posts, newMergedFor, broker, clock);
  }

  public ReadingOptions withBroker(@Nullable Broker newBroker) {
    return new ReadingOptions(
        dataSource, replica, redisUrl, timelines, posts, mergedFor, newBroker, clock);
  }

  public ReadingOptions withClock(InstantSource newClock) {
    return new ReadingOptions(
        dataSource, replica, redisUrl, timelines, posts, mergedFor, broker, newClock);
  }
}
