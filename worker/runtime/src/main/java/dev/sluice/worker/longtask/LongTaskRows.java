package dev.sluice.worker.longtask;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.TaskType;
import dev.sluice.worker.firing.FiringEnd;
import dev.sluice.worker.firing.FiringId;
import dev.sluice.worker.firing.FiringRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of long tasks. Its rows are written when one begins, is steered, or ends a lane. */
final class LongTaskRows {
  private final InstantSource clock;
  private final LaneRows lanes;

  LongTaskRows(InstantSource clock) {
    this.clock = clock;
    lanes = new LaneRows(clock);
  }

  Instant now() {
    return clock.instant();
  }

  LaneRows lanes() {
    return lanes;
  }

  /**
   * Takes the id for a long task that is about to be planned. The insert is the arbiter: of two at
   * the same time the second waits for the first.
   *
   * @return false when there is one with the id, ended or not
   */
  boolean claim(Connection connection, NewLongTask start) throws SQLException {
    return insert(connection, start, 0);
  }

  /**
   * The same where there may have been one with the id before: one that has ended makes room.
   *
   * @return the epoch that the lanes begin with; null while the one before has not ended
   */
  @Nullable Integer claimNext(Connection connection, NewLongTask start) throws SQLException {
    if (insert(connection, start, 0)) {
      return 0;
    }
    int epoch;
    // The lock makes one who does the same wait for this transaction.
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.ended_at, t.first_epoch, (SELECT MAX(l.epoch) FROM sluice_long_task_lane l"
                + " WHERE l.long_task = t.id) AS last_epoch FROM sluice_long_task t"
                + " WHERE t.id = ? FOR UPDATE")) {
      select.setString(1, start.id());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getObject("ended_at") == null) {
          return null;
        }
        epoch = 1 + Math.max(row.getInt("first_epoch"), row.getInt("last_epoch"));
      }
    }
    delete(connection, "DELETE FROM sluice_long_task_lane WHERE long_task = ?", start.id());
    delete(connection, "DELETE FROM sluice_long_task WHERE id = ?", start.id());
    insert(connection, start, epoch);
    return epoch;
  }

  private static void delete(Connection connection, String sql, String id) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, id);
      delete.executeUpdate();
    }
  }

  private boolean insert(Connection connection, NewLongTask start, int epoch) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_long_task (id, name, queue, payload, state, total, lanes,"
                + " lanes_done, started_at, ended_at, firing, first_epoch)"
                + " VALUES (?, ?, ?, ?, 'RUNNING', NULL, 0, 0, ?, NULL, ?, ?)")) {
      insert.setString(1, start.id());
      insert.setString(2, start.name());
      insert.setString(3, start.queue());
      insert.setBytes(4, start.payload());
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.setString(6, start.firing() == null ? null : start.firing().toString());
      insert.setInt(7, epoch);
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.DUPLICATE_KEY) {
        return false;
      }
      throw e;
    }
  }

  /** Writes down how a claimed long task is cut; one without lanes has ended. */
  void planned(Connection connection, String id, Plan plan, int epoch) throws SQLException {
    boolean done = plan.lanes().isEmpty();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task SET state = ?, total = ?, lanes = ?, ended_at = ?"
                + " WHERE id = ?")) {
      update.setString(1, (done ? State.DONE : State.RUNNING).name());
      update.setObject(2, plan.total(), Types.BIGINT);
      update.setInt(3, plan.lanes().size());
      update.setString(4, done ? SqlTimes.text(clock.instant()) : null);
      update.setString(5, id);
      update.executeUpdate();
    }
    if (!done) {
      lanes.insert(connection, id, plan.lanes(), epoch);
    }
  }

  /**
   * How a long task has come to its end.
   *
   * @param firstEpoch the epoch that its lanes began with
   */
  record Ended(State state, int firstEpoch) {}

  /**
   * Counts a lane as done. The firing that the long task belongs to ends with it.
   *
   * @return how the long task has ended, which one transaction alone is told; null when other lanes
   *     are not at their end
   */
  @Nullable Ended laneDone(Connection connection, String id) throws SQLException {
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
      return end.executeUpdate() == 1 ? ended(connection, id) : null;
    }
  }

  private Ended ended(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state, first_epoch, firing, started_at, ended_at FROM sluice_long_task"
                + " WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        Ended ended = new Ended(State.valueOf(row.getString("state")), row.getInt("first_epoch"));
        @Nullable String firing = row.getString("firing");
        Instant startedAt = SqlTimes.read(row, "started_at");
        endFiring(connection, firing, ended.state(), startedAt, SqlTimes.read(row, "ended_at"));
        return ended;
      }
    }
  }

  private static void endFiring(
      Connection connection, @Nullable String text, State state, Instant from, Instant to)
      throws SQLException {
    FiringId firing = text == null ? null : FiringId.parse(text);
    if (firing != null) {
      FiringEnd.State end =
          state == State.DONE ? FiringEnd.State.COMPLETED : FiringEnd.State.DISCARDED;
      FiringRows.longTaskEnded(
          connection, firing, new FiringEnd(end, to, Duration.between(from, to)));
    }
  }

  /** Whether there is such a long task, ended or not. */
  boolean exists(Connection connection, String id) throws SQLException {
    return state(connection, id) != null;
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

  /**
   * Cancels a long task that has not ended; its lanes come to rest with their next continuations.
   *
   * @return continuations to enqueue, because none was under way; null when it cannot be cancelled
   */
  @Nullable List<Continuation> cancel(Connection connection, String id) throws SQLException {
    if (change(connection, id, State.RUNNING, State.CANCELLED)) {
      return List.of();
    }
    return change(connection, id, State.PAUSED, State.CANCELLED)
        ? lanes.nextEpoch(connection, id)
        : null;
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
}
