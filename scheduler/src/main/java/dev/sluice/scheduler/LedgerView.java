package dev.sluice.scheduler;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ledger of firings as those see it who look on. */
final class LedgerView {
  private static final String COLUMNS =
      "SELECT f.job, f.fire_time, f.origin, f.state, f.task_id, f.fired_at, f.enqueued_at,"
          + " f.ended_at, f.duration_ms FROM sluice_job_firing f";
  private static final String NEWEST =
      COLUMNS
          + " JOIN (SELECT job, MAX(fire_time) AS newest FROM sluice_job_firing GROUP BY job) n"
          + " ON f.job = n.job AND f.fire_time = n.newest";
  private static final String OF_JOB =
      COLUMNS + " WHERE f.job = ? ORDER BY f.fire_time DESC LIMIT ?";
  private static final String QUEUED =
      "SELECT job, COUNT(*) FROM sluice_job_firing WHERE state = 'queued' GROUP BY job";
  private static final String OPEN =
      "SELECT (SELECT COUNT(*) FROM sluice_job_firing WHERE state = 'queued' AND job = ?)"
          + " + (SELECT COUNT(*) FROM sluice_job_firing"
          + " WHERE state = 'enqueued' AND job = ? AND enqueued_at > ?)";
  private static final String RUNNING =
      "SELECT job, COUNT(*) FROM sluice_job_firing WHERE state = 'enqueued' AND enqueued_at > ?"
          + " GROUP BY job";
  private static final String BETWEEN =
      "SELECT fire_time FROM sluice_job_firing WHERE job = ? AND fire_time BETWEEN ? AND ?";

  private LedgerView() {}

  /** The firing with the newest instant, by job. */
  static Map<String, FiringRow> newest(Connection connection) throws SQLException {
    Map<String, FiringRow> newest = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(NEWEST);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        newest.put(row.getString(1), read(row));
      }
    }
    return newest;
  }

  /** The firings of a job, the newest instant first. */
  static List<FiringRow> ofJob(Connection connection, String job, int limit) throws SQLException {
    List<FiringRow> firings = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(OF_JOB)) {
      select.setString(1, job);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          firings.add(read(row));
        }
      }
    }
    return firings;
  }

  /** How many firings wait for one before them, by job. */
  static Map<String, Integer> queued(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(QUEUED)) {
      return counts(select);
    }
  }

  /** How many firings were enqueued after an instant and have not ended, by job. */
  static Map<String, Integer> running(Connection connection, Instant after) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(RUNNING)) {
      select.setString(1, SqlTimes.text(after));
      return counts(select);
    }
  }

  /** How many firings of a job wait, or were enqueued after an instant and have not ended. */
  static int open(Connection connection, String job, Instant after) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OPEN)) {
      select.setString(1, job);
      select.setString(2, job);
      select.setString(3, SqlTimes.text(after));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** The instants from the first to the last that the job has firings of. */
  static Set<Instant> between(Connection connection, String job, Instant first, Instant last)
      throws SQLException {
    Set<Instant> times = new HashSet<>();
    try (PreparedStatement select = connection.prepareStatement(BETWEEN)) {
      select.setString(1, job);
      select.setString(2, SqlTimes.text(first));
      select.setString(3, SqlTimes.text(last));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          times.add(SqlTimes.read(row, "fire_time"));
        }
      }
    }
    return times;
  }

  private static Map<String, Integer> counts(PreparedStatement select) throws SQLException {
    Map<String, Integer> counts = new HashMap<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        counts.put(row.getString(1), row.getInt(2));
      }
    }
    return counts;
  }

  private static FiringRow read(ResultSet row) throws SQLException {
    return new FiringRow(
        row.getString("job"),
        SqlTimes.read(row, "fire_time"),
        FiringOrigin.of(row.getString("origin")),
        FiringState.of(row.getString("state")),
        row.getString("task_id"),
        SqlTimes.read(row, "fired_at"),
        SqlTimes.readOrNull(row, "enqueued_at"),
        SqlTimes.readOrNull(row, "ended_at"),
        duration(row));
  }

  private static @Nullable Duration duration(ResultSet row) throws SQLException {
    long millis = row.getLong("duration_ms");
    return row.wasNull() ? null : Duration.ofMillis(millis);
  }
}
