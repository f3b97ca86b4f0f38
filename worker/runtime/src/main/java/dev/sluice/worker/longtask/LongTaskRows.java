package dev.sluice.worker.longtask;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.TaskType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of long tasks and their lanes. */
final class LongTaskRows {
  private final InstantSource clock;

  LongTaskRows(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Inserts a long task with its lanes.
   *
   * @param queue queue of its continuations, without namespace
   * @param payload body of a message with its payload
   */
  void insert(
      Connection connection, String id, String name, String queue, byte[] payload, Plan plan)
      throws SQLException {
    String now = SqlTimes.text(clock.instant());
    boolean done = plan.lanes().isEmpty();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_long_task (id, name, queue, payload, state, total, lanes,"
                + " lanes_done, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, name);
      insert.setString(3, queue);
      insert.setBytes(4, payload);
      insert.setString(5, (done ? State.DONE : State.RUNNING).name());
      insert.setObject(6, plan.total(), Types.BIGINT);
      insert.setInt(7, plan.lanes().size());
      insert.setString(8, now);
      insert.setString(9, done ? now : null);
      insert.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_long_task_lane (long_task, lane, position, up_to, step, epoch,"
                + " done, units, moved_at) VALUES (?, ?, ?, ?, 0, 0, FALSE, 0, ?)")) {
      for (int lane = 0; lane < plan.lanes().size(); lane++) {
        insert.setString(1, id);
        insert.setInt(2, lane);
        insert.setString(3, plan.lanes().get(lane).after());
        insert.setString(4, plan.lanes().get(lane).upTo());
        insert.setString(5, now);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** The lane that a continuation is about; empty when there is no such long task. */
  Optional<LaneAt> find(Connection connection, Continuation continuation) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.name, t.payload, t.state, l.position, l.up_to, l.step, l.epoch, l.done"
                + " FROM sluice_long_task t JOIN sluice_long_task_lane l ON l.long_task = t.id"
                + " WHERE l.long_task = ? AND l.lane = ?")) {
      select.setString(1, continuation.longTask());
      select.setInt(2, continuation.lane());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new LaneAt(
                    row.getString(1),
                    row.getBytes(2),
                    State.valueOf(row.getString(3)),
                    new Slice(row.getString(4), row.getString(5)),
                    row.getInt(6),
                    row.getInt(7),
                    row.getBoolean(8)))
            : Optional.empty();
      }
    }
  }

  /**
   * Moves a lane past a step, if it still waits for that step.
   *
   * @return false when another delivery was faster, or the epoch has changed
   */
  boolean advance(Connection connection, Continuation continuation, Step done) throws SQLException {
    // A lane at its end keeps the last position it had.
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET position = COALESCE(?, position), step = step + 1,"
                + " units = units + ?, done = ?, moved_at = ? WHERE long_task = ? AND lane = ?"
                + " AND step = ? AND epoch = ? AND done = FALSE")) {
      update.setString(1, done.position());
      update.setLong(2, done.units());
      update.setBoolean(3, done.position() == null);
      update.setString(4, SqlTimes.text(clock.instant()));
      update.setString(5, continuation.longTask());
      update.setInt(6, continuation.lane());
      update.setInt(7, continuation.step());
      update.setInt(8, continuation.epoch());
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Counts a lane as done.
   *
   * @return in which state the long task has ended, which one transaction alone is told; null when
   *     other lanes are not at their end
   */
  @Nullable State laneDone(Connection connection, String id) throws SQLException {
    // The first update locks the row until the commit, so lanes count one after the other.
    try (PreparedStatement count =
        connection.prepareStatement(
            "UPDATE sluice_long_task SET lanes_done = lanes_done + 1 WHERE id = ?")) {
      count.setString(1, id);
      count.executeUpdate();
    }
    try (PreparedStatement end =
        connection.prepareStatement(
            "UPDATE sluice_long_task SET ended_at = ?,"
                + " state = CASE WHEN state = 'RUNNING' THEN 'DONE' ELSE state END"
                + " WHERE id = ? AND lanes_done = lanes AND ended_at IS NULL")) {
      end.setString(1, SqlTimes.text(clock.instant()));
      end.setString(2, id);
      return end.executeUpdate() == 1 ? state(connection, id) : null;
    }
  }

  private @Nullable State state(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT state FROM sluice_long_task WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? State.valueOf(row.getString(1)) : null;
      }
    }
  }

  /** Whether there is such a long task, ended or not. */
  boolean exists(Connection connection, String id) throws SQLException {
    return state(connection, id) != null;
  }

  /**
   * Cancels a long task that has not ended; its lanes come to rest with their next continuations.
   *
   * @return continuations to enqueue, because none was under way; null when it cannot be cancelled
   */
  @Nullable List<Continuation> cancel(Connection connection, String id) throws SQLException {
    if (change(connection, id, State.RUNNING, State.CANCELLED)) {
      return List.of();
    }
    return change(connection, id, State.PAUSED, State.CANCELLED) ? nextEpoch(connection, id) : null;
  }

  /** Moves a long task from one state to another; false when it is not in the first. */
  boolean change(Connection connection, String id, State from, State to) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task SET state = ? WHERE id = ? AND state = ?")) {
      update.setString(1, to.name());
      update.setString(2, id);
      update.setString(3, from.name());
      return update.executeUpdate() == 1;
    }
  }

  /** Makes every continuation of a long task stale; returns those that are valid instead. */
  List<Continuation> nextEpoch(Connection connection, String id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task_lane SET epoch = epoch + 1, moved_at = ?"
                + " WHERE long_task = ? AND done = FALSE")) {
      update.setString(1, SqlTimes.text(clock.instant()));
      update.setString(2, id);
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

  /** The type of a long task's continuations; empty when there is no such long task. */
  Optional<TaskType<Continuation>> continuations(Connection connection, String id)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT name, queue FROM sluice_long_task WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(Continuation.type(row.getString(1), row.getString(2)))
            : Optional.empty();
      }
    }
  }

  /** Ids of running or cancelled long tasks with a lane that has not moved since {@code before}. */
  List<String> stopped(Connection connection, Instant before) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT DISTINCT t.id FROM sluice_long_task t JOIN sluice_long_task_lane l"
                + " ON l.long_task = t.id WHERE t.state <> 'PAUSED' AND t.ended_at IS NULL"
                + " AND l.done = FALSE"
                + " AND l.moved_at < ?")) {
      select.setString(1, SqlTimes.text(before));
      try (ResultSet row = select.executeQuery()) {
        List<String> ids = new ArrayList<>();
        while (row.next()) {
          ids.add(row.getString(1));
        }
        return ids;
      }
    }
  }
}
