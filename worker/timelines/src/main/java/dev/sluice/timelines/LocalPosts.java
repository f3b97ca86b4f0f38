package dev.sluice.timelines;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The posts that this process has read lately. Who reads one from elsewhere takes a stamp first;
 * when the post was invalidated since, what was read is not kept.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class LocalPosts {
  /** About the bytes that a post takes beside its text. */
  private static final int OVERHEAD = 200;

  /** Posts share counters; two in one counter only cost each other a repeated read. */
  private static final int COUNTERS = 4096;

  private final Cache<Long, CachedPost> posts;
  private final AtomicLongArray invalidations = new AtomicLongArray(COUNTERS);
  private final AtomicLong clearings = new AtomicLong();

  /**
   * An empty cache.
   *
   * @param keep how long a post is kept
   * @param missing how long it is remembered that there is none
   */
  LocalPosts(long bytes, Duration keep, Duration missing, Ticker ticker) {
    Duration keepMissing = missing.compareTo(keep) < 0 ? missing : keep;
    posts =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((Long id, CachedPost cached) -> weight(cached))
            .expireAfter(
                Expiry.creating(
                    (Long id, CachedPost cached) -> cached.post() == null ? keepMissing : keep))
            .ticker(ticker)
            .build();
  }

  @Nullable CachedPost get(long post) {
    return posts.getIfPresent(post);
  }

  /** To be taken before the post is read from elsewhere. */
  long stamp(long post) {
    // Both only grow, and so does their sum: it is the same only if neither has changed.
    return clearings.get() + invalidations.get(counter(post));
  }

  /** Keeps what was read, unless it was invalidated since the stamp was taken. */
  void put(long post, CachedPost read, long stamp) {
    // The check runs under the entry's lock: an invalidation either is seen or removes the entry.
    posts.asMap().compute(post, (id, present) -> stamp(post) == stamp ? read : present);
  }

  void invalidate(long post) {
    invalidations.incrementAndGet(counter(post));
    posts.invalidate(post);
  }

  /** Invalidates everything: nobody knows what has changed. */
  void clear() {
    clearings.incrementAndGet();
    posts.invalidateAll();
  }

  private static int counter(long post) {
    return Math.floorMod(Long.hashCode(post * 0x9E3779B97F4A7C15L), COUNTERS);
  }

  private static int weight(CachedPost cached) {
    Post post = cached.post();
    return OVERHEAD + (post == null ? 0 : 2 * post.text().length());
  }
}
