package dev.sluice.testkit;

import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;

/** The ledger of firings, as a scheduler fills it and as a test reads it. */
final class JobFirings {
  static final String JOB = "nightly.report";
  static final Instant FIRE_TIME = Instant.parse("2026-01-01T00:00:00.250Z");

  private JobFirings() {}

  /** The message of a firing's task. */
  static Message fired(Message task) {
    return task.withHeaders(Map.of(Headers.FIRING, JOB + "@" + FIRE_TIME));
  }

  /** What the transaction of a firing writes, beside the task's outbox row. */
  static void insert(DataSource database, String taskId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at,"
                    + " enqueued_at) VALUES (?, ?, 'due', 'enqueued', ?, ?, ?)")) {
      String time = SqlTimes.text(FIRE_TIME);
      insert.setString(1, JOB);
      insert.setString(2, time);
      insert.setString(3, taskId);
      insert.setString(4, time);
      insert.setString(5, time);
      insert.executeUpdate();
    }
  }

  /** State, time of the end and duration in milliseconds, of the one firing. */
  static String row(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT state, ended_at, duration_ms FROM sluice_job_firing");
        ResultSet row = select.executeQuery()) {
      row.next();
      Object duration = row.getObject("duration_ms");
      return row.getString("state")
          + " "
          + SqlTimes.readOrNull(row, "ended_at")
          + " "
          + (duration == null ? "null" : duration.toString());
    }
  }
}
