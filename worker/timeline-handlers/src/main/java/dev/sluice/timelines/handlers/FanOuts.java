package dev.sluice.timelines.handlers;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.timelines.FanOutStep;
import dev.sluice.timelines.Post;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/** The tables of fan-outs and their lanes. */
final class FanOuts {
  private final InstantSource clock;

  FanOuts(InstantSource clock) {
    this.clock = clock;
  }

  /** Inserts a fan-out of one lane over all followers of the post's author. */
  void insert(Connection connection, String fanOut, Post post) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_fan_out (id, post, author, post_created_at, lanes, lanes_done,"
                + " created_at) VALUES (?, ?, ?, ?, 1, 0, ?)")) {
      insert.setString(1, fanOut);
      insert.setLong(2, post.id());
      insert.setLong(3, post.author());
      insert.setString(4, SqlTimes.text(post.createdAt()));
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_fan_out_lane (fan_out, lane, lo, hi, last_follower, chunk, epoch,"
                + " done, written) VALUES (?, 0, ?, ?, ?, 0, 0, FALSE, 0)")) {
      insert.setString(1, fanOut);
      insert.setLong(2, Long.MIN_VALUE);
      insert.setLong(3, Long.MAX_VALUE);
      insert.setLong(4, Long.MIN_VALUE);
      insert.executeUpdate();
    }
  }

  /** The lane that a message is about; empty when there is no such fan-out. */
  Optional<Lane> find(Connection connection, FanOutStep step) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT f.post, f.author, f.post_created_at, l.last_follower, l.hi, l.chunk, l.epoch,"
                + " l.done FROM sluice_fan_out f JOIN sluice_fan_out_lane l ON l.fan_out = f.id"
                + " WHERE l.fan_out = ? AND l.lane = ?")) {
      select.setString(1, step.fanOut());
      select.setInt(2, step.lane());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Lane(
                row.getLong(1),
                row.getLong(2),
                SqlTimes.read(row, "post_created_at"),
                row.getLong(4),
                row.getLong(5),
                row.getInt(6),
                row.getInt(7),
                row.getBoolean(8)));
      }
    }
  }

  /**
   * Moves a lane past a chunk, if it still waits for that chunk.
   *
   * @param lastFollower greatest recipient of the chunk
   * @param written recipients of the chunk
   * @param last whether it was the lane's last chunk
   * @return false when another delivery was faster or the epoch has changed
   */
  boolean advance(
      Connection connection, FanOutStep step, long lastFollower, int written, boolean last)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_fan_out_lane SET last_follower = ?, chunk = chunk + 1,"
                + " written = written + ?, done = ? WHERE fan_out = ? AND lane = ? AND chunk = ?"
                + " AND epoch = ? AND done = FALSE")) {
      update.setLong(1, lastFollower);
      update.setInt(2, written);
      update.setBoolean(3, last);
      update.setString(4, step.fanOut());
      update.setInt(5, step.lane());
      update.setInt(6, step.chunk());
      update.setInt(7, step.epoch());
      return update.executeUpdate() == 1;
    }
  }

  /** Counts a lane as done; the fan-out is done when all of them are. */
  void laneDone(Connection connection, String fanOut) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_fan_out SET done_at = CASE WHEN lanes_done + 1 = lanes THEN ? END,"
                + " lanes_done = lanes_done + 1 WHERE id = ?")) {
      update.setString(1, SqlTimes.text(clock.instant()));
      update.setString(2, fanOut);
      update.executeUpdate();
    }
  }
}
