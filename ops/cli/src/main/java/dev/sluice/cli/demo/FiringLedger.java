package dev.sluice.cli.demo;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.sql.DataSource;

/** What the ledger of firings says of the demo's jobs, and what does not add up in it. */
final class FiringLedger {
  private static final int EXAMPLES = 5;

  private final DataSource dataSource;
  private final List<String> jobs;
  private final String until;

  /**
   * @param jobs names of the demo's: the servers may have others
   */
  FiringLedger(DataSource dataSource, List<String> jobs) {
    this.dataSource = dataSource;
    this.jobs = List.copyOf(jobs);
    until = " FROM sluice_job_firing WHERE" + amongJobs() + " AND fired_at <= ?";
  }

  private String amongJobs() {
    return " job IN (" + String.join(", ", Collections.nCopies(jobs.size(), "?")) + ")";
  }

  /**
   * The firings of one job.
   *
   * @param fired all of them
   * @param completed whose work is done
   * @param skipped that enqueued nothing, as the one before had not ended
   * @param open that have not ended
   * @param longestMillis of those that are completed
   */
  record Line(
      String job, long fired, long completed, long skipped, long open, long longestMillis) {}

  /**
   * The firings up to some instant.
   *
   * @param lines one for each job
   * @param wrong firings that did not end, or whose task died, and tasks of two firings
   */
  record Findings(List<Line> lines, List<String> wrong) {
    long fired() {
      return lines.stream().mapToLong(Line::fired).sum();
    }

    /** Whether each of them ended, once. */
    boolean clean() {
      return wrong.isEmpty() && fired() > 0;
    }
  }

  /** Forgets the firings of an earlier demo. */
  void clear() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM sluice_job_firing WHERE" + amongJobs())) {
      bindJobs(delete);
      delete.executeUpdate();
    }
  }

  /** How many of the firings up to an instant have not ended. */
  long open(Instant end) throws SQLException {
    return lines(end).stream().mapToLong(Line::open).sum();
  }

  Findings findings(Instant end) throws SQLException {
    List<String> wrong = new ArrayList<>();
    wrong.addAll(
        strings(
            "SELECT CONCAT(job, ' due ', fire_time, ' is ', state)"
                + until
                + " AND (state NOT IN ('completed', 'discarded', 'skipped')"
                + " OR (state = 'completed' AND (ended_at IS NULL OR duration_ms IS NULL)))"
                + " LIMIT "
                + EXAMPLES,
            end));
    wrong.addAll(
        strings(
            "SELECT CONCAT('task ', task_id, ' is of ', COUNT(*), ' firings')"
                + until
                + " AND task_id IS NOT NULL GROUP BY task_id HAVING COUNT(*) > 1 LIMIT "
                + EXAMPLES,
            end));
    return new Findings(lines(end), wrong);
  }

  /** One for each job that fired. */
  List<Line> lines(Instant end) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT job, COUNT(*) AS fired,"
                    + " SUM(CASE WHEN state = 'completed' THEN 1 ELSE 0 END) AS completed,"
                    + " SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END) AS skipped,"
                    + " SUM(CASE WHEN state IN ('enqueued', 'queued') THEN 1 ELSE 0 END) AS going,"
                    + " COALESCE(MAX(duration_ms), 0) AS longest"
                    + until
                    + " GROUP BY job ORDER BY job")) {
      bind(select, end);
      List<Line> lines = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          lines.add(
              new Line(
                  row.getString("job"),
                  row.getLong("fired"),
                  row.getLong("completed"),
                  row.getLong("skipped"),
                  row.getLong("going"),
                  row.getLong("longest")));
        }
      }
      return lines;
    }
  }

  private List<String> strings(String sql, Instant end) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      bind(select, end);
      List<String> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      return found;
    }
  }

  private void bind(PreparedStatement select, Instant end) throws SQLException {
    bindJobs(select);
    select.setString(jobs.size() + 1, SqlTimes.text(end));
  }

  private void bindJobs(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < jobs.size(); i++) {
      statement.setString(i + 1, jobs.get(i));
    }
  }
}
