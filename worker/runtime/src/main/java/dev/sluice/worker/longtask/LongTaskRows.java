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
import java.util.OptionalInt;
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
   * @param queue queue of its continuations, without namespace
   * @param payload body of a message with its payload
   * @param firing the firing of a job that ends with it; null for none
   * @return false when there is one with the id, ended or not
   */
  boolean claim(
      Connection connection,
      String id,
      String name,
      String queue,
      byte[] payload,
      @Nullable FiringId firing)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_long_task (id, name, queue, payload, state, total, lanes,"
                + " lanes_done, started_at, ended_at, firing)"
                + " VALUES (?, ?, ?, ?, 'RUNNING', NULL, 0, 0, ?, NULL, ?)")) {
      insert.setString(1, id);
      insert.setString(2, name);
      insert.setString(3, queue);
      insert.setBytes(4, payload);
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.setString(6, firing == null ? null : firing.toString());
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.DUPLICATE_KEY) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Takes the id of a long task that has ended for another one of its kind, about to be planned.
   *
   * @param payload body of a message with its payload
   * @param firing as above
   * @return the epoch that its lanes begin with; empty when the id is not that of an ended one
   */
  OptionalInt claimAgain(
      Connection connection, String id, byte[] payload, @Nullable FiringId firing)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_long_task SET payload = ?, state = 'RUNNING', total = NULL, lanes = 0,"
                + " lanes_done = 0, started_at = ?, ended_at = NULL, firing = ?"
                + " WHERE id = ? AND ended_at IS NOT NULL")) {
      update.setBytes(1, payload);
      update.setString(2, SqlTimes.text(clock.instant()));
      update.setString(3, firing == null ? null : firing.toString());
      update.setString(4, id);
      return update.executeUpdate() == 1
          ? OptionalInt.of(lanes.nextFreeEpoch(connection, id))
          : OptionalInt.empty();
    }
  }

  /**
   * Writes down how a claimed long task is cut; one without lanes has ended.
   *
   * @param epoch the one that its lanes begin with
   */
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
    // The last lanes stay where no new ones follow: their epochs must not come again.
    if (!done) {
      if (epoch > 0) {
        lanes.delete(connection, id);
      }
      lanes.insert(connection, id, plan.lanes(), epoch);
    }
  }

  /**
   * Counts a lane as done. The firing that the long task belongs to ends with it.
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
      return end.executeUpdate() == 1 ? ended(connection, id) : null;
    }
  }

  private State ended(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state, firing, started_at, ended_at FROM sluice_long_task WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        State state = State.valueOf(row.getString("state"));
        @Nullable String firing = row.getString("firing");
        Instant startedAt = SqlTimes.read(row, "started_at");
        endFiring(connection, firing, state, startedAt, SqlTimes.read(row, "ended_at"));
        return state;
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
