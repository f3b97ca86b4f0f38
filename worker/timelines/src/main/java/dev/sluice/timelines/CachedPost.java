package dev.sluice.timelines;

import org.jspecify.annotations.Nullable;

/**
 * What a cache knows of a post.
 *
 * @param post the post; null when there is none
 * @param deleted whether it is known that there will never be one
 */
record CachedPost(@Nullable Post post, boolean deleted) {
  static final CachedPost MISSING = new CachedPost(null, false);
  static final CachedPost DELETED = new CachedPost(null, true);

  static CachedPost of(@Nullable Post post) {
    return post == null ? MISSING : new CachedPost(post, false);
  }
}
