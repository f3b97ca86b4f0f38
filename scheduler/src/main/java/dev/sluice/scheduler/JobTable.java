package dev.sluice.scheduler;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of jobs, in the caller's transaction. */
final class JobTable {
  private static final Logger log = LoggerFactory.getLogger(JobTable.class);

  private static final String COLUMNS =
      "SELECT name, source, spec, paused, since, revision, applied";
  private static final String FROM = " FROM sluice_job";
  private static final String BY_NAME = FROM + " WHERE name = ?";

  private static final String INSERT =
      "INSERT IGNORE INTO sluice_job"
          + " (name, source, spec, paused, since, revision, applied, changed_at)"
          + " VALUES (?, ?, ?, FALSE, ?, ?, 0, ?)";

  private JobTable() {}

  /**
   * What the reconciling of a job is decided by.
   *
   * @param revision the job's
   * @param applied the revision that Quartz's tables have
   */
  record Mark(String name, long revision, long applied) {}

  /** All rows in the order of their names, but for {@linkplain UnreadableJob unreadable} ones. */
  static List<JobRow> all(Connection connection) throws SQLException {
    return rows(
        connection,
        COLUMNS + FROM + " ORDER BY name",
        List.of(),
        job -> log.warn("passed over: {}", job.getMessage()));
  }

  /** One mark for each row. */
  static List<Mark> marks(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT name, revision, applied" + FROM);
        ResultSet row = select.executeQuery()) {
      List<Mark> marks = new ArrayList<>();
      while (row.next()) {
        marks.add(new Mark(row.getString(1), row.getLong(2), row.getLong(3)));
      }
      return marks;
    }
  }

  static Optional<JobRow> find(Connection connection, String job) throws SQLException {
    return one(connection, COLUMNS + BY_NAME, job);
  }

  /** Locks the row for this transaction: all that is done about one job is done one by one. */
  static Optional<JobRow> lock(Connection connection, String job) throws SQLException {
    return one(connection, COLUMNS + BY_NAME + " FOR UPDATE", job);
  }

  /** Locks those of the named rows that nobody else has locked, but for unreadable ones. */
  static List<JobRow> lockFree(Connection connection, List<String> names) throws SQLException {
    String places = "?, ".repeat(names.size() - 1) + "?";
    return rows(
        connection,
        COLUMNS + FROM + " WHERE name IN (" + places + ") ORDER BY name FOR UPDATE SKIP LOCKED",
        names,
        job -> log.debug("not applied: {}", job.getMessage()));
  }

  /** A new job made at run time; false when there is one of this name. */
  static boolean insert(Connection connection, JobSpec job, Instant now) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      bind(insert, job, JobSource.DYNAMIC, now);
      return insert.executeUpdate() == 1;
    }
  }

  /** New jobs of the configuration, but for those that another scheduler has made meanwhile. */
  static void insertAll(Connection connection, List<JobSpec> jobs, Instant now)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (JobSpec job : jobs) {
        bind(insert, job, JobSource.CONFIGURED, now);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Writes a changed row, with the next revision. */
  static void change(Connection connection, JobRow job, Instant now) throws SQLException {
    update(
        connection,
        "UPDATE sluice_job SET source = ?, spec = ?, paused = ?, since = ?, changed_at = ?,"
            + " revision = revision + 1 WHERE name = ?",
        text(job.source()),
        JobJson.write(job.spec()),
        job.paused(),
        SqlTimes.text(job.since()),
        SqlTimes.text(now),
        job.name());
  }

  /** Writes that Quartz's tables have the job as it is now. */
  static void applied(Connection connection, JobRow job) throws SQLException {
    update(
        connection, "UPDATE sluice_job SET applied = ? WHERE name = ?", job.revision(), job.name());
  }

  static boolean delete(Connection connection, String job) throws SQLException {
    return update(connection, "DELETE FROM sluice_job WHERE name = ?", job) == 1;
  }

  private static void bind(PreparedStatement insert, JobSpec job, JobSource source, Instant now)
      throws SQLException {
    insert.setString(1, job.name());
    insert.setString(2, text(source));
    insert.setString(3, JobJson.write(job));
    insert.setString(4, SqlTimes.text(now));
    // A job that is removed and made again must not have the revision it had before.
    insert.setLong(5, now.toEpochMilli());
    insert.setString(6, SqlTimes.text(now));
  }

  private static Optional<JobRow> one(Connection connection, String sql, String job)
      throws SQLException {
    return rows(
            connection,
            sql,
            List.of(job),
            unreadable -> {
              throw unreadable;
            })
        .stream()
        .findFirst();
  }

  private static List<JobRow> rows(
      Connection connection, String sql, List<String> names, Unreadable unreadable)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < names.size(); i++) {
        select.setString(i + 1, names.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        List<JobRow> rows = new ArrayList<>();
        while (row.next()) {
          try {
            rows.add(read(row));
          } catch (UnreadableJob e) {
            unreadable.found(e);
          }
        }
        return rows;
      }
    }
  }

  private static JobRow read(ResultSet row) throws SQLException {
    String name = row.getString("name");
    try {
      return new JobRow(
          JobJson.read(name, row.getString("spec")),
          JobSource.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
          row.getBoolean("paused"),
          SqlTimes.read(row, "since"),
          row.getLong("revision"),
          row.getLong("applied"));
    } catch (RuntimeException e) {
      throw new UnreadableJob(name, e);
    }
  }

  /** What is done about a row that this release does not understand. */
  @FunctionalInterface
  private interface Unreadable {
    void found(UnreadableJob job) throws UnreadableJob;
  }

  private static int update(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        update.setObject(i + 1, parameters[i]);
      }
      return update.executeUpdate();
    }
  }

  private static String text(JobSource source) {
    return source.name().toLowerCase(Locale.ROOT);
  }
}
