package dev.sluice.timelines;

import java.time.Duration;

/**
 * How posts are cached.
 *
 * @param localBytes about what the cache in the process may take, 0 to 1 GiB; default 16 MiB
 * @param localFor how long a post stays there; what bounds the harm of a lost invalidation. Default
 *     30 s
 * @param localUninvalidated the same without a broker that tells of changes; default 1 s
 * @param sharedFor how long a post stays in Redis; default 1 d
 * @param missingFor how long it is remembered that a post is not there; default 5 s
 * @param tombstoneFor how long it is remembered that a post was deleted: longer than any reader may
 *     hold what it read before, replica lag included; default 1 h
 * @param replicaLag a post that is missing and younger than this is looked for on the primary, and
 *     not remembered as missing; default 10 s
 */
public record PostCacheOptions(
    long localBytes,
    Duration localFor,
    Duration localUninvalidated,
    Duration sharedFor,
    Duration missingFor,
    Duration tombstoneFor,
    Duration replicaLag) {

  /** 16 MiB, 30 s, 1 s, 1 d, 5 s, 1 h, 10 s. */
  public static final PostCacheOptions DEFAULTS =
      new PostCacheOptions(
          16 << 20,
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofSeconds(10));

  private static final long MAX_LOCAL = 1L << 30;

  public PostCacheOptions {
    if (localBytes < 0 || localBytes > MAX_LOCAL) {
      throw new IllegalArgumentException(
          "localBytes must be 0 to " + MAX_LOCAL + ", is " + localBytes);
    }
    atLeast("localFor", Duration.ofMillis(1), localFor);
    atLeast("localUninvalidated", Duration.ofMillis(1), localUninvalidated);
    atLeast("sharedFor", Duration.ofSeconds(1), sharedFor);
    atLeast("missingFor", Duration.ofSeconds(1), missingFor);
    atLeast("tombstoneFor", Duration.ofMinutes(1).plus(replicaLag), tombstoneFor);
    atLeast("replicaLag", Duration.ZERO, replicaLag);
  }

  public PostCacheOptions withLocalBytes(long newLocalBytes) {
    return new PostCacheOptions(
        newLocalBytes,
        localFor,
        localUninvalidated,
        sharedFor,
        missingFor,
        tombstoneFor,
        replicaLag);
  }

  public PostCacheOptions withReplicaLag(Duration newReplicaLag) {
    return new PostCacheOptions(
        localBytes,
        localFor,
        localUninvalidated,
        sharedFor,
        missingFor,
        tombstoneFor,
        newReplicaLag);
  }

  private static void atLeast(String name, Duration least, Duration value) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", is " + value);
    }
  }
}
