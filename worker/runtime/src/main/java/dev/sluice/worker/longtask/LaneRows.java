package dev.sluice.worker.longtask;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of lanes. A lane moves by compare-and-set on its step and epoch; no other lane's row is
 * touched.
 */
final class LaneRows {
  private static final String STILL_EXPECTED =
      " WHERE long_task = ? AND lane = ? AND step = ? AND epoch = ? AND done = FALSE";

  /** A rescue is believed in for twice as long as the one before, up to 64 times. */
  private static final int MOST_DOUBLINGS = 6;

  private final InstantSource clock;

  LaneRows(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Inserts the lanes of a long task.
   *
   * @param epoch the one that they begin with
   */
  void insert(Connection connection, String id, List<Slice> lanes, int epoch) throws SQLException {
    String now = SqlTimes.text(clock.instant());
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_long_task_lane (long_task, lane, position, up_to, step, epoch,"
                + " done, units, rate, moved_at, expected_at, rescues)"
                + " VALUES (?, ?, ?, ?, 0, ?, FALSE, 0, 0, ?, ?, 0)")) {
      for (int lane = 0; lane < lanes.size(); lane++) {
        insert.setString(1, id);
        insert.setInt(2, lane);
        insert.setString(3, lanes.get(lane).after());
        insert.setString(4, lanes.get(lane).upTo());
        insert.setInt(5, epoch);
        insert.setString(6, now);
        insert.setString(7, now);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** The first epoch that no continuation of a long task's lanes had. */
  int nextFreeEpoch(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT COALESCE(MAX(epoch) + 1, 0) FROM sluice_long_task_lane WHERE long_task = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** Deletes the lanes of a long task that is started again. */
  void delete(Connection connection, String id) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_long_task_lane WHERE long_task = ?")) {
      delete.setString(1, id);
      delete.executeUpdate();
    }
  }

  /** The lane that a continuation is about; empty when there is no such long task. */
  Optional<LaneAt> find(Connection connection, Continuation continuation) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.name, t.payload, t.state, l.position, l.up_to, l.step, l.epoch, l.done,"
                + " l.rate, l.moved_at"
                + " FROM sluice_long_task t JOIN sluice_long_task_lane l ON l.long_task = t.id"
                + " WHERE l.long_task = ? AND l.lane = ?")) {
      select.setString(1, continuation.longTask());
      select.setInt(2, continuation.lane());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new LaneAt(
                    row.getString("name"),
                    row.getBytes("payload"),
                    State.valueOf(row.getString("state")),
                    new Slice(row.getString("position"), row.getString("up_to")),
                    row.getInt("step"),
                    row.getInt("epoch"),
                    row.getBoolean("done"),
                    row.getDouble("rate"),
                    SqlTimes.read(row, "moved_at")))
            : Optional.empty();
      }
    }
  }

  /**
   * Moves a lane past a step, if it still waits for that step.
   *
   * @param rate units a second over the recent past, with this step
   * @return false when another delivery was faster, or the epoch has changed
   */
  boolean advance(Connection connection, Continuation continuation, Step done, double rate)
      throws SQLException {
    String now = SqlTimes.text(clock.instant());
    // A lane at its end keeps the last position it had.
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET position = COALESCE(?, position), step = step + 1,"
                + " units = units + ?, rate = ?, done = ?, moved_at = ?, expected_at = ?,"
                + " rescues = 0"
                + STILL_EXPECTED)) {
      update.setString(1, done.position());
      update.setLong(2, done.units());
      update.setDouble(3, rate);
      update.setBoolean(4, done.position() == null);
      update.setString(5, now);
      update.setString(6, now);
      bind(update, 7, continuation);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Writes down that a lane's next step waits, so that nobody takes it for stopped.
   *
   * @return false when the continuation is stale
   */
  boolean putOff(Connection connection, Continuation continuation, Duration pause)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET expected_at = ?" + STILL_EXPECTED)) {
      update.setString(1, SqlTimes.text(clock.instant().plus(pause)));
      bind(update, 2, continuation);
      return update.executeUpdate() == 1;
    }
  }

  /** Makes every continuation of a long task stale; returns those that are valid instead. */
  List<Continuation> nextEpoch(Connection connection, String id) throws SQLException {
    String now = SqlTimes.text(clock.instant());
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET epoch = epoch + 1, moved_at = ?, expected_at = ?,"
                + " rescues = 0 WHERE long_task = ? AND done = FALSE")) {
      update.setString(1, now);
      update.setString(2, now);
      update.setString(3, id);
      update.executeUpdate();
    }
    List<Continuation> valid = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT lane, step, epoch FROM sluice_long_task_lane"
                + " WHERE long_task = ? AND done = FALSE ORDER BY lane")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          valid.add(new Continuation(id, row.getInt(1), row.getInt(2), row.getInt(3)));
        }
      }
    }
    return valid;
  }

  /**
   * Lanes, neither paused nor at their end, that were expected before a time and have not moved.
   */
  List<StoppedLane> stopped(Connection connection, Instant before, int limit) throws SQLException {
    List<StoppedLane> stopped = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.id, t.name, t.queue, l.lane, l.step, l.epoch, l.rescues"
                + " FROM sluice_long_task t JOIN sluice_long_task_lane l ON l.long_task = t.id"
                + " WHERE t.ended_at IS NULL AND t.state <> 'PAUSED' AND l.done = FALSE"
                + " AND l.expected_at < ? ORDER BY t.started_at, t.id, l.lane LIMIT ?")) {
      select.setString(1, SqlTimes.text(before));
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          stopped.add(
              new StoppedLane(
                  Continuation.type(row.getString("name"), row.getString("queue")),
                  new Continuation(
                      row.getString("id"),
                      row.getInt("lane"),
                      row.getInt("step"),
                      row.getInt("epoch")),
                  row.getInt("rescues")));
        }
      }
    }
    return stopped;
  }

  /**
   * Makes the continuations of a stopped lane stale, so that a new one can take their place.
   *
   * @param patience how long a lane may stand still before it is rescued for the first time
   * @return false when it has moved meanwhile
   */
  boolean rescue(Connection connection, StoppedLane lane, Duration patience) throws SQLException {
    int doublings = Math.min(lane.rescues() + 1, MOST_DOUBLINGS);
    Duration believed = patience.multipliedBy((1L << doublings) - 1);
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET epoch = epoch + 1, rescues = rescues + 1,"
                + " expected_at = ?"
                + STILL_EXPECTED)) {
      update.setString(1, SqlTimes.text(clock.instant().plus(believed)));
      bind(update, 2, lane.last());
      return update.executeUpdate() == 1;
    }
  }

  private static void bind(PreparedStatement update, int from, Continuation continuation)
      throws SQLException {
    update.setString(from, continuation.longTask());
    update.setInt(from + 1, continuation.lane());
    update.setInt(from + 2, continuation.step());
    update.setInt(from + 3, continuation.epoch());
  }
}
