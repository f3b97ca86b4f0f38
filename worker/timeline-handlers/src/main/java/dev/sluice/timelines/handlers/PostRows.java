package dev.sluice.timelines.handlers;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.timelines.Entry;
import dev.sluice.timelines.Post;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the table of posts. A deleted post keeps its row, without its text: a tombstone. */
final class PostRows {

  /**
   * A row as it stands, locked until the transaction ends.
   *
   * @param post without its text when it is deleted
   */
  record Locked(Post post, boolean deleted) {}

  /**
   * Inserts a post that is not there yet.
   *
   * @return null when it was inserted, else what has the id
   */
  @Nullable Locked insert(Connection connection, Post post) throws SQLException {
    return insert(connection, post, null);
  }

  /**
   * Inserts a tombstone for a post that is not there yet, which keeps it from ever being inserted.
   *
   * @return null when it was inserted, else what has the id
   */
  @Nullable Locked insertTombstone(Connection connection, Post post, Instant deletedAt)
      throws SQLException {
    return insert(connection, post, deletedAt);
  }

  private @Nullable Locked insert(Connection connection, Post post, @Nullable Instant deletedAt)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_post (id, author, created_at, text, deleted_at)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setLong(1, post.id());
      insert.setLong(2, post.author());
      insert.setString(3, SqlTimes.text(post.createdAt()));
      insert.setString(4, post.text());
      insert.setString(5, deletedAt == null ? null : SqlTimes.text(deletedAt));
      insert.executeUpdate();
      return null;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.DUPLICATE_KEY) {
        throw e;
      }
      Locked present = lock(connection, post.id());
      if (present == null) {
        throw e;
      }
      return present;
    }
  }

  /** The row of a post, once no other transaction is about to change it; null for none. */
  @Nullable Locked lock(Connection connection, long post) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT author, created_at, text, deleted_at FROM sluice_post WHERE id = ?"
                + " FOR UPDATE")) {
      select.setLong(1, post);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Locked(
                new Post(post, row.getLong(1), SqlTimes.read(row, "created_at"), row.getString(3)),
                SqlTimes.readOrNull(row, "deleted_at") != null)
            : null;
      }
    }
  }

  /** Makes a post a tombstone. */
  void delete(Connection connection, long post, Instant deletedAt) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_post SET deleted_at = ?, text = '' WHERE id = ?")) {
      update.setString(1, SqlTimes.text(deletedAt));
      update.setLong(2, post);
      update.executeUpdate();
    }
  }

  /** An author's newest posts. */
  List<Entry> newest(Connection connection, long author, int limit) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, created_at FROM sluice_post WHERE author = ? AND deleted_at IS NULL"
                + " ORDER BY created_at DESC, id DESC LIMIT ?")) {
      select.setLong(1, author);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        List<Entry> newest = new ArrayList<>();
        while (row.next()) {
          newest.add(new Entry(row.getLong(1), SqlTimes.read(row, "created_at")));
        }
        return newest;
      }
    }
  }

  /** Those of the posts that an author wrote, deleted ones too. */
  List<Long> by(Connection connection, long author, Collection<Long> posts) throws SQLException {
    return among(connection, posts, "author = " + author);
  }

  /** Those of the posts that are deleted. */
  List<Long> deleted(Connection connection, Collection<Long> posts) throws SQLException {
    return among(connection, posts, "deleted_at IS NOT NULL");
  }

  private static List<Long> among(Connection connection, Collection<Long> posts, String condition)
      throws SQLException {
    List<Long> found = new ArrayList<>();
    if (posts.isEmpty()) {
      return found;
    }
    String places = String.join(", ", Collections.nCopies(posts.size(), "?"));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM sluice_post WHERE id IN (" + places + ") AND " + condition)) {
      int place = 1;
      for (Long post : posts) {
        select.setLong(place++, post);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getLong(1));
        }
      }
    }
    return found;
  }
}
