package dev.sluice.timelines;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** The table of posts. */
public final class Posts {

  /**
   * Inserts a post that is not there yet.
   *
   * @return false when another post has the id
   */
  public boolean insert(Connection connection, Post post) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_post (id, author, created_at, text) VALUES (?, ?, ?, ?)")) {
      insert.setLong(1, post.id());
      insert.setLong(2, post.author());
      insert.setString(3, SqlTimes.text(post.createdAt()));
      insert.setString(4, post.text());
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.DUPLICATE_KEY) {
        throw e;
      }
      // The inbox knows tasks, not posts: the same post may have been enqueued under two task ids.
      Post present = byId(connection, Collections.singleton(post.id())).get(post.id());
      return present != null
          && present.author() == post.author()
          && present.createdAt().equals(post.createdAt().truncatedTo(ChronoUnit.MILLIS))
          && present.text().equals(post.text());
    }
  }

  /** The posts that exist and are not deleted, by id. */
  public Map<Long, Post> byId(Connection connection, Collection<Long> ids) throws SQLException {
    Map<Long, Post> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, author, created_at, text FROM sluice_post WHERE deleted_at IS NULL"
                + " AND id IN ("
                + places
                + ")")) {
      int place = 1;
      for (Long id : ids) {
        select.setLong(place++, id);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Instant createdAt = SqlTimes.read(row, "created_at");
          found.put(
              row.getLong(1),
              new Post(row.getLong(1), row.getLong(2), createdAt, row.getString(4)));
        }
      }
    }
    return found;
  }
}
