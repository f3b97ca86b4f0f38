package dev.sluice.worker.firing;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The ledger's rows. Each statement may be repeated: a firing that is completed stays so, and any
 * other end gives way to a later one, as when a dead task is sent back and succeeds. Each returns
 * whether the row was changed.
 */
public final class FiringRows {
  private static final String END =
      "UPDATE sluice_job_firing SET state = ?, ended_at = ?, duration_ms = ?"
          + " WHERE job = ? AND fire_time = ? AND state <> 'completed'";
  private static final String OF_TASK = " AND task_id = ?";
  private static final String NOT_ENDED = " AND ended_at IS NULL";

  private FiringRows() {}

  /** A firing has ended with the task that it enqueued. */
  public static boolean taskEnded(
      Connection connection, FiringId firing, String task, FiringEnd end) throws SQLException {
    return update(connection, END + OF_TASK, firing, end, task);
  }

  /** The same for a task that turned out to be done: nothing that is known is written over. */
  public static boolean taskWasDone(
      Connection connection, FiringId firing, String task, FiringEnd end) throws SQLException {
    return update(connection, END + OF_TASK + NOT_ENDED, firing, end, task);
  }

  /**
   * A firing has ended with the last of the long tasks that its task started; while another one
   * goes on, nothing is changed. The long task must have ended in the same transaction, whose
   * statements see what is committed.
   */
  public static boolean longTaskEnded(Connection connection, FiringId firing, FiringEnd end)
      throws SQLException {
    // Of two that end at the same time, the second sees that the first has.
    lock(connection, firing);
    return !goesOn(connection, firing) && update(connection, END, firing, end);
  }

  private static void lock(Connection connection, FiringId firing) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state FROM sluice_job_firing WHERE job = ? AND fire_time = ? FOR UPDATE")) {
      select.setString(1, firing.job());
      select.setString(2, SqlTimes.text(firing.fireTime()));
      select.executeQuery().close();
    }
  }

  /** Whether a long task that the firing's task started has not ended. */
  public static boolean goesOn(Connection connection, FiringId firing) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM sluice_long_task WHERE ended_at IS NULL AND firing = ? LIMIT 1")) {
      select.setString(1, firing.toString());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private static boolean update(
      Connection connection, String sql, FiringId firing, FiringEnd end, String... more)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, end.state().name().toLowerCase(Locale.ROOT));
      update.setString(2, SqlTimes.text(end.at()));
      update.setLong(3, end.duration().toMillis());
      update.setString(4, firing.job());
      update.setString(5, SqlTimes.text(firing.fireTime()));
      for (int i = 0; i < more.length; i++) {
        update.setString(6 + i, more[i]);
      }
      return update.executeUpdate() == 1;
    }
  }
}
