package dev.sluice.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to write, by edit distance. */
public final class NearestName {

  private NearestName() {}

  /** The known name nearest to {@code written}, if it is near enough to be a slip of the pen. */
  public static Optional<String> of(String written, Collection<String> known) {
    int tolerance = Math.max(2, written.length() / 3);
    return known.stream()
        .min(
            Comparator.comparingInt((String name) -> distance(written, name))
                .thenComparing(name -> name))
        .filter(name -> distance(written, name) <= tolerance);
  }

  /**
   * Optimal string alignment: edits and swaps of neighbours, letters of either case being equal.
   */
  private static int distance(String left, String right) {
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int substitution = same(left.charAt(i - 1), right.charAt(j - 1)) ? 0 : 1;
        int edit = Math.min(cost[i][j - 1], cost[i - 1][j]) + 1;
        cost[i][j] = Math.min(edit, cost[i - 1][j - 1] + substitution);
        if (i > 1
            && j > 1
            && same(left.charAt(i - 1), right.charAt(j - 2))
            && same(left.charAt(i - 2), right.charAt(j - 1))) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[left.length()][right.length()];
  }

  private static boolean same(char left, char right) {
    return Character.toLowerCase(left) == Character.toLowerCase(right);
  }
}
