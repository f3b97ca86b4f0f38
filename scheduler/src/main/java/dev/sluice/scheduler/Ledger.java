package dev.sluice.scheduler;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of firings as those see it who fire, in the caller's transaction. The primary key, job
 * and instant, makes every firing one.
 */
final class Ledger {
  private static final String INSERT =
      "INSERT INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at, enqueued_at)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";
  // Left alone MariaDB walks through all firings of the job. To H2 what stands in /*! is a comment.
  private static final String RUNNING =
      "SELECT fire_time FROM sluice_job_firing /*! FORCE INDEX (sluice_job_firing_running) */"
          + " WHERE state = 'enqueued' AND job = ?"
          + " AND enqueued_at > ? LIMIT 1";
  private static final String OLDEST_QUEUED =
      "SELECT fire_time FROM sluice_job_firing WHERE state = 'queued' AND job = ?"
          + " ORDER BY fire_time LIMIT 1";
  private static final String OLDEST_BACKFILLED =
      "SELECT fire_time FROM sluice_job_firing WHERE state = 'queued' AND job = ?"
          + " AND origin = 'backfill' ORDER BY fire_time LIMIT 1";
  private static final String JOBS_WITH_QUEUED =
      "SELECT DISTINCT job FROM sluice_job_firing WHERE state = 'queued'";
  private static final String ENQUEUE =
      "UPDATE sluice_job_firing SET state = 'enqueued', task_id = ?, enqueued_at = ?"
          + " WHERE job = ? AND fire_time = ? AND state = 'queued'";
  private static final String DISCARD =
      "UPDATE sluice_job_firing SET state = 'discarded', ended_at = ?"
          + " WHERE job = ? AND state = 'queued'";
  private static final String NEWEST_DUE =
      "SELECT fire_time FROM sluice_job_firing WHERE job = ? AND origin = 'due'"
          + " AND fire_time <= ? ORDER BY fire_time DESC LIMIT 1";

  private Ledger() {}

  /**
   * Writes a firing.
   *
   * @throws SQLException a duplicate key's when it is there already
   */
  static void insert(Connection connection, FiringRow firing) throws SQLException {
    update(
        connection,
        INSERT,
        firing.job(),
        SqlTimes.text(firing.fireTime()),
        firing.origin().text(),
        firing.state().text(),
        firing.taskId(),
        SqlTimes.text(firing.firedAt()),
        firing.enqueuedAt() == null ? null : SqlTimes.text(firing.enqueuedAt()));
  }

  /** Whether a firing of the job has not ended, or waits for one that has not. */
  static boolean open(Connection connection, JobSpec job, Instant now) throws SQLException {
    return oldestQueued(connection, job.name()).isPresent() || running(connection, job, now);
  }

  /** Whether a firing of the job is enqueued, and its outcome may still be told. */
  static boolean running(Connection connection, JobSpec job, Instant now) throws SQLException {
    return time(connection, RUNNING, job.name(), SqlTimes.text(now.minus(job.timeout())))
        .isPresent();
  }

  /** The jobs that have queued firings. */
  static List<String> jobsWithQueued(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(JOBS_WITH_QUEUED);
        ResultSet row = select.executeQuery()) {
      List<String> jobs = new ArrayList<>();
      while (row.next()) {
        jobs.add(row.getString(1));
      }
      return jobs;
    }
  }

  /** The queued firing of the job that is next. */
  static Optional<Instant> oldestQueued(Connection connection, String job) throws SQLException {
    return time(connection, OLDEST_QUEUED, job);
  }

  /** The queued firing that is next of a job that does not fire when it is due. */
  static Optional<Instant> oldestBackfilled(Connection connection, String job) throws SQLException {
    return time(connection, OLDEST_BACKFILLED, job);
  }

  /** Writes that a queued firing has its task now. */
  static void enqueued(
      Connection connection, String job, Instant fireTime, String taskId, Instant now)
      throws SQLException {
    update(connection, ENQUEUE, taskId, SqlTimes.text(now), job, SqlTimes.text(fireTime));
  }

  /** Gives up what is queued of a job that is gone. */
  static int discardQueued(Connection connection, String job, Instant now) throws SQLException {
    return update(connection, DISCARD, SqlTimes.text(now), job);
  }

  /**
   * The newest instant for which the job was fired because it was due. What is still to come was
   * fired by a clock that was ahead.
   */
  static Optional<Instant> newestDue(Connection connection, String job, Instant now)
      throws SQLException {
    return time(connection, NEWEST_DUE, job, SqlTimes.text(now));
  }

  private static Optional<Instant> time(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(SqlTimes.read(row, "fire_time")) : Optional.empty();
      }
    }
  }

  private static int update(Connection connection, String sql, @Nullable String... parameters)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        update.setString(i + 1, parameters[i]);
      }
      return update.executeUpdate();
    }
  }
}
