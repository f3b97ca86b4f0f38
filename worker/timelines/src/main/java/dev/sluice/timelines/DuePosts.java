package dev.sluice.timelines;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What belongs into a timeline, as the database knows it.
 *
 * @param from tables and conditions, with one place for the owner if there is one
 * @param owner whose timeline; null for that of everybody
 * @param windowed whether newer posts are looked for first: a user may follow so many that all of
 *     their posts are too much to sort
 */
record DuePosts(String from, @Nullable Long owner, boolean windowed) {
  private static final Instant EVER = Instant.EPOCH;

  static DuePosts everyone() {
    return new DuePosts("sluice_post p WHERE p.deleted_at IS NULL", null, false);
  }

  static DuePosts profile(long user) {
    return new DuePosts("sluice_post p WHERE p.author = ? AND p.deleted_at IS NULL", user, false);
  }

  /** Without those of authors whose posts are merged when the timeline is read. */
  static DuePosts following(long user) {
    return new DuePosts(
        "sluice_follow f JOIN sluice_post p ON p.author = f.author"
            + " LEFT JOIN sluice_user u ON u.id = f.author"
            + " WHERE f.follower = ? AND f.active AND p.deleted_at IS NULL"
            + " AND (u.merged IS NULL OR NOT u.merged)",
        user,
        true);
  }

  /** The newest ones that are not older than {@code oldest}; null for any age. */
  List<Entry> newest(Connection connection, @Nullable Instant oldest, int limit)
      throws SQLException {
    // Ids hold their time: where no author narrows it down, the primary key is the order.
    String order = owner == null ? "p.id DESC" : "p.created_at DESC, CAST(p.id AS CHAR(20)) DESC";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT p.id, p.created_at FROM "
                + from
                + " AND p.created_at >= ? ORDER BY "
                + order
                + " LIMIT ?")) {
      int place = setOwner(select);
      select.setString(place++, SqlTimes.text(oldest == null ? EVER : oldest));
      select.setInt(place, limit);
      List<Entry> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(new Entry(row.getLong(1), SqlTimes.read(row, "created_at")));
        }
      }
      return found;
    }
  }

  /** Which of these posts are due at this moment. */
  Set<Long> stillDue(Connection connection, Collection<Long> posts) throws SQLException {
    Set<Long> due = new HashSet<>();
    if (posts.isEmpty()) {
      return due;
    }
    String places = String.join(", ", Collections.nCopies(posts.size(), "?"));
    try (PreparedStatement select =
        connection.prepareStatement("SELECT p.id FROM " + from + " AND p.id IN (" + places + ")")) {
      int place = setOwner(select);
      for (Long post : posts) {
        select.setLong(place++, post);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          due.add(row.getLong(1));
        }
      }
    }
    return due;
  }

  private int setOwner(PreparedStatement select) throws SQLException {
    if (owner == null) {
      return 1;
    }
    select.setLong(1, owner);
    return 2;
  }
}
