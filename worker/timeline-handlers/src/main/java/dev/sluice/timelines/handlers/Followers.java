package dev.sluice.timelines.handlers;

import dev.sluice.timelines.PostFanOut;
import dev.sluice.worker.fanout.Recipients;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The followers of a post's author, read page by page along the primary key. */
final class Followers implements Recipients<PostFanOut> {

  @Override
  public List<Long> page(
      Connection connection, PostFanOut post, int tier, long after, long upTo, int limit)
      throws SQLException {
    // With `author = ?` MariaDB may look up the author alone and read those up to `after` again at
    // each page; a range goes straight to the page.
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT follower FROM sluice_follow WHERE author >= ? AND author <= ? AND follower > ?"
                + " AND follower <= ? AND active ORDER BY author, follower LIMIT ?")) {
      select.setLong(1, post.author());
      select.setLong(2, post.author());
      select.setLong(3, after);
      select.setLong(4, upTo);
      select.setInt(5, limit);
      try (ResultSet row = select.executeQuery()) {
        List<Long> followers = new ArrayList<>();
        while (row.next()) {
          followers.add(row.getLong(1));
        }
        return followers;
      }
    }
  }

  /** The author's counter. */
  @Override
  public @Nullable Long count(Connection connection, PostFanOut post) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT followers FROM sluice_user WHERE id = ?")) {
      select.setLong(1, post.author());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    }
  }

  @Override
  public long @Nullable [] range(Connection connection, PostFanOut post) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT MIN(follower), MAX(follower) FROM sluice_follow WHERE author = ?")) {
      select.setLong(1, post.author());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        long least = row.getLong(1);
        return row.wasNull() ? null : new long[] {least, row.getLong(2)};
      }
    }
  }
}
