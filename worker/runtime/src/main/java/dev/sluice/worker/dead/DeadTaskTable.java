package dev.sluice.worker.dead;

import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The statements on the table of dead tasks, each for the caller's connection. */
final class DeadTaskTable {
  private static final String LISTED =
      "id, redrive, task_id, task_name, queue, reason, detail, exception, transient, attempts,"
          + " worker, dead_at, state, state_at, auto_redrives, clipped";

  private DeadTaskTable() {}

  /** Entries without their stacks, by the numbers given, which need not exist. */
  static List<DeadTask> byId(Connection connection, Collection<Long> ids) throws SQLException {
    return select(
        connection, "id IN (" + Rows.list("?", ids.size()) + ") ORDER BY id", new ArrayList<>(ids));
  }

  /** The latest entry of the task with that key, without its stack. */
  static Optional<DeadTask> latestOf(Connection connection, byte[] key) throws SQLException {
    return select(connection, "task_key = ? ORDER BY redrive DESC LIMIT 1", List.of(key)).stream()
        .findFirst();
  }

  /** Entries without their stacks, the latest first. */
  static List<DeadTask> latest(Connection connection, DeadFilter filter, int limit)
      throws SQLException {
    List<Object> parameters = new ArrayList<>();
    String where = filter.where(parameters);
    parameters.add(limit);
    return select(connection, where + " ORDER BY dead_at DESC, id DESC LIMIT ?", parameters);
  }

  static Optional<DeadTask> find(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT " + LISTED + ", stack FROM sluice_dead_task WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(task(row, true)) : Optional.empty();
      }
    }
  }

  /**
   * The message of an entry.
   *
   * @throws IllegalArgumentException when its bytes are damaged
   */
  static Optional<Message> message(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT message FROM sluice_dead_task WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(MessageBytes.read(row.getBytes(1))) : Optional.empty();
      }
    }
  }

  /** Numbers of the entries for which {@code condition} holds, in ascending order. */
  static List<Long> ids(Connection connection, String condition, List<Object> parameters, int limit)
      throws SQLException {
    List<Object> all = new ArrayList<>(parameters);
    all.add(limit);
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM sluice_dead_task WHERE " + condition + " ORDER BY id LIMIT ?")) {
      Rows.bind(select, all);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids;
  }

  /**
   * Moves an entry that waits to another state; false when somebody else was first.
   *
   * @param autoRedrives its new count
   */
  static boolean settle(
      Connection connection,
      DeadTask task,
      DeadState state,
      String detail,
      int autoRedrives,
      Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_dead_task SET state = ?, state_at = ?, detail = ?, auto_redrives = ?"
                + " WHERE id = ? AND state = ?")) {
      Rows.bind(
          update,
          List.of(
              state.name(),
              SqlTimes.text(now),
              detail,
              autoRedrives,
              task.id(),
              DeadState.DEAD.name()));
      return update.executeUpdate() == 1;
    }
  }

  /** Changes the verdict on an entry that this transaction has settled. */
  static void correct(Connection connection, long id, DeadState state, String detail)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_dead_task SET state = ?, detail = ? WHERE id = ?")) {
      Rows.bind(update, List.of(state.name(), detail, id));
      update.executeUpdate();
    }
  }

  private static List<DeadTask> select(
      Connection connection, String condition, List<Object> parameters) throws SQLException {
    List<DeadTask> tasks = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT " + LISTED + " FROM sluice_dead_task WHERE " + condition)) {
      Rows.bind(select, parameters);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tasks.add(task(row, false));
        }
      }
    }
    return tasks;
  }

  private static DeadTask task(ResultSet row, boolean withStack) throws SQLException {
    return new DeadTask(
        row.getLong("id"),
        row.getString("task_id"),
        row.getString("task_name"),
        row.getString("queue"),
        row.getString("reason"),
        row.getString("detail"),
        row.getString("exception"),
        withStack ? row.getString("stack") : null,
        row.getBoolean("transient"),
        row.getInt("attempts"),
        row.getString("worker"),
        SqlTimes.read(row, "dead_at"),
        DeadState.valueOf(row.getString("state")),
        SqlTimes.read(row, "state_at"),
        row.getInt("redrive"),
        row.getInt("auto_redrives"),
        row.getBoolean("clipped"));
  }
}
