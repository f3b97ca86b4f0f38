package dev.sluice.timelines.handlers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** The table of who follows whom, read page by page along its primary key. */
final class Followers {

  /**
   * Followers of an author in ascending order.
   *
   * @param after only those with a greater id
   * @param upTo only those with an id not greater than this
   */
  long[] page(Connection connection, long author, long after, long upTo, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT follower FROM sluice_follow WHERE author = ? AND follower > ? AND follower <= ?"
                + " ORDER BY follower LIMIT ?")) {
      select.setLong(1, author);
      select.setLong(2, after);
      select.setLong(3, upTo);
      select.setInt(4, limit);
      try (ResultSet row = select.executeQuery()) {
        long[] followers = new long[limit];
        int count = 0;
        while (row.next()) {
          followers[count++] = row.getLong(1);
        }
        return Arrays.copyOf(followers, count);
      }
    }
  }
}
