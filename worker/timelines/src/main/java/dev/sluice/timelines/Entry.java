package dev.sluice.timelines;

import java.time.Instant;
import java.util.Comparator;

/**
 * What a timeline has of a post.
 *
 * @param post the post's id
 * @param createdAt its time, on which its place depends; among equal ones, the id's decimal digits
 */
public record Entry(long post, Instant createdAt) {

  /** Newest first, as Redis sorts them. */
  public static final Comparator<Entry> NEWEST_FIRST =
      Comparator.comparing(Entry::createdAt)
          .thenComparing(entry -> Long.toString(entry.post()))
          .reversed();
}
