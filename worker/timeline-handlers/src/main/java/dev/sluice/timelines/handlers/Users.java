package dev.sluice.timelines.handlers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of users: what is counted of each, changed in the transaction of what is counted.
 * Whoever changes several rows begins with the least id, so that no two transactions wait for each
 * other.
 */
final class Users {

  /**
   * What is counted of a user.
   *
   * @param merged whether posts are merged when timelines are read, and fanned out no more
   */
  record Counters(long followers, long following, long posts, boolean merged) {
    static final Counters NONE = new Counters(0, 0, 0, false);
  }

  /** Counts an edge, or with -1 the end of one; locks both users until the transaction ends. */
  void countEdge(Connection connection, long follower, long author, int by) throws SQLException {
    if (follower < author) {
      add(connection, follower, 0, by, 0);
      add(connection, author, by, 0, 0);
    } else {
      add(connection, author, by, 0, 0);
      add(connection, follower, 0, by, 0);
    }
  }

  /** Counts a post, or with -1 the end of one; locks its author until the transaction ends. */
  void countPost(Connection connection, long author, int by) throws SQLException {
    add(connection, author, 0, 0, by);
  }

  /**
   * Counters, locked until the transaction ends; who has no row gets one.
   *
   * @param users in ascending order
   */
  Map<Long, Counters> lock(Connection connection, List<Long> users) throws SQLException {
    String rows = String.join(", ", Collections.nCopies(users.size(), "(?)"));
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_user (id) VALUES " + rows + " ON DUPLICATE KEY UPDATE id = id")) {
      setAll(insert, users);
      insert.executeUpdate();
    }
    // Locked they are: FOR UPDATE would read a small table from end to end, and wait for rows that
    // are not asked for in any order.
    return find(connection, users);
  }

  /** Sets what was counted anew of locked users. */
  void set(Connection connection, Map<Long, Counters> counted) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_user SET followers = ?, following = ?, posts = ? WHERE id = ?")) {
      for (Map.Entry<Long, Counters> user : counted.entrySet()) {
        update.setLong(1, user.getValue().followers());
        update.setLong(2, user.getValue().following());
        update.setLong(3, user.getValue().posts());
        update.setLong(4, user.getKey());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** From now on a user's posts are merged when timelines are read, for good. */
  void merge(Connection connection, long user) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE sluice_user SET merged = TRUE WHERE id = ?")) {
      update.setLong(1, user);
      update.executeUpdate();
    }
  }

  /** A user's counters as they stand, not locked. */
  Counters find(Connection connection, long user) throws SQLException {
    return find(connection, List.of(user)).get(user);
  }

  /** The same for several users; who has no row has zeros. */
  Map<Long, Counters> find(Connection connection, List<Long> users) throws SQLException {
    Map<Long, Counters> found = new HashMap<>();
    users.forEach(user -> found.put(user, Counters.NONE));
    String places = String.join(", ", Collections.nCopies(users.size(), "?"));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, followers, following, posts, merged FROM sluice_user WHERE id IN ("
                + places
                + ")")) {
      setAll(select, users);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(
              row.getLong(1),
              new Counters(row.getLong(2), row.getLong(3), row.getLong(4), row.getBoolean(5)));
        }
      }
    }
    return found;
  }

  private static void add(Connection connection, long user, int followers, int following, int posts)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_user (id, followers, following, posts) VALUES (?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE followers = followers + ?, following = following + ?,"
                + " posts = posts + ?")) {
      insert.setLong(1, user);
      insert.setInt(2, followers);
      insert.setInt(3, following);
      insert.setInt(4, posts);
      insert.setInt(5, followers);
      insert.setInt(6, following);
      insert.setInt(7, posts);
      insert.executeUpdate();
    }
  }

  private static void setAll(PreparedStatement statement, List<Long> users) throws SQLException {
    for (int i = 0; i < users.size(); i++) {
      statement.setLong(i + 1, users.get(i));
    }
  }
}
