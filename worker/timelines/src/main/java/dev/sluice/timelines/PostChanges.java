package dev.sluice.timelines;

/**
 * Whoever keeps copies of posts: told of those that change, so that no copy outlives the post.
 *
 * <p>Threading: called by many threads.
 */
public interface PostChanges {

  /**
   * A post is about to be deleted; called before that commits, perhaps more than once. From now on
   * nobody may put a copy where all processes see it. Should the deletion be rolled back, it is
   * tried again.
   *
   * @throws dev.sluice.redis.RedisUnavailable when that cannot be said; the deletion waits
   */
  void deleted(long post);

  /**
   * A post has changed; called after that was committed, at least once. Every process drops its own
   * copy.
   *
   * @throws RuntimeException to be called again later
   */
  void announce(long post);
}
