package dev.sluice.timelines;

import java.time.Instant;

/**
 * Ids of posts: 43 bits of milliseconds and 20 bits of sequence. They have 19 digits from the year
 * 2001 to 2248, so that their order as text, by which Redis breaks ties, is their order as numbers.
 */
public final class PostIds {
  private static final int SEQUENCE_BITS = 20;
  private static final Instant FIRST = Instant.parse("2001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2248-01-01T00:00:00Z");

  private PostIds() {}

  /**
   * The id of a post.
   *
   * @param createdAt between 2001 and 2248
   * @param sequence distinguishes posts of one millisecond, 0 to 1048575
   */
  public static long of(Instant createdAt, int sequence) {
    if (createdAt.isBefore(FIRST) || !createdAt.isBefore(LAST)) {
      throw new IllegalArgumentException(
          "the time of a post must be between " + FIRST + " and " + LAST + ", is " + createdAt);
    }
    if (sequence < 0 || sequence >= 1 << SEQUENCE_BITS) {
      throw new IllegalArgumentException("sequence must be 0 to 1048575, is " + sequence);
    }
    return createdAt.toEpochMilli() << SEQUENCE_BITS | sequence;
  }

  /** The time in an id. */
  public static Instant createdAt(long post) {
    return Instant.ofEpochMilli(post >>> SEQUENCE_BITS);
  }
}
