package dev.sluice.timelines;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a timeline is wanted.
 *
 * @param limit posts of the page, 1 to 200
 * @param after the page has what comes after this entry, which need not be there any more; null for
 *     the newest
 */
public record PageRequest(int limit, @Nullable Entry after) {
  /** The most that a page may have. */
  public static final int MAX_LIMIT = 200;

  public PageRequest {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", is " + limit);
    }
  }

  /** The newest posts. */
  public static PageRequest first(int limit) {
    return new PageRequest(limit, null);
  }

  /**
   * The posts that follow another page.
   *
   * @param cursor {@link Page#next} of that page
   * @throws IllegalArgumentException when it is no cursor, saying why
   */
  public static PageRequest after(String cursor, int limit) {
    return new PageRequest(limit, Cursor.decode(cursor));
  }
}
