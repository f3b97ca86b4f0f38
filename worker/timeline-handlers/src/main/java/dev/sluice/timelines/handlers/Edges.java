package dev.sluice.timelines.handlers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The table of edges. An edge that has ended keeps its row, so that an older change that comes late
 * changes nothing.
 */
final class Edges {

  /**
   * An edge as it stands.
   *
   * @param version the time of its last change in milliseconds, doubled, plus one for an end; 0 for
   *     one that was there before versions, or never was
   */
  record At(boolean active, long version) {
    static final At NEVER = new At(false, 0);
  }

  /** The version of a change: of two at one millisecond the end stands. */
  static long version(long at, boolean active) {
    return 2 * at + (active ? 0 : 1);
  }

  /**
   * Changes an edge, unless a later change was there before; locks it until the transaction ends.
   *
   * @return whether it became active, or ended
   */
  boolean change(Connection connection, long author, long follower, At to) throws SQLException {
    // Takes the lock at once: an INSERT that fails would take one that must be upgraded later, and
    // two of those wait for each other.
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_follow (author, follower, active, version)"
                + " VALUES (?, ?, FALSE, 0) ON DUPLICATE KEY UPDATE version = version")) {
      insert.setLong(1, author);
      insert.setLong(2, follower);
      insert.executeUpdate();
    }
    At present = read(connection, author, follower, " FOR UPDATE");
    if (to.version() <= present.version()) {
      return false;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_follow SET active = ?, version = ? WHERE author = ? AND follower = ?")) {
      update.setBoolean(1, to.active());
      update.setLong(2, to.version());
      update.setLong(3, author);
      update.setLong(4, follower);
      update.executeUpdate();
    }
    return to.active() != present.active();
  }

  /** What is committed of an edge. */
  At find(Connection connection, long author, long follower) throws SQLException {
    return read(connection, author, follower, "");
  }

  private static At read(Connection connection, long author, long follower, String lock)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT active, version FROM sluice_follow WHERE author = ? AND follower = ?" + lock)) {
      select.setLong(1, author);
      select.setLong(2, follower);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? new At(row.getBoolean(1), row.getLong(2)) : At.NEVER;
      }
    }
  }
}
