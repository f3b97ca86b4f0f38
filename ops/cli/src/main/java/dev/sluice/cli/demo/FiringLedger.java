package dev.sluice.cli.demo;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What the ledger of firings says of the demo's jobs, and what does not add up in it. */
final class FiringLedger {
  private static final int EXAMPLES = 5;
  private static final String UNTIL = " FROM sluice_job_firing WHERE fired_at <= ?";

  private final DataSource dataSource;

  FiringLedger(DataSource dataSource) {
    this.dataSource = dataSource;
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
        PreparedStatement delete = connection.prepareStatement("DELETE FROM sluice_job_firing")) {
      delete.executeUpdate();
    }
  }

  /** How many of the firings up to an instant have not ended. */
  long open(Instant until) throws SQLException {
    return lines(until).stream().mapToLong(Line::open).sum();
  }

  Findings findings(Instant until) throws SQLException {
    List<String> wrong = new ArrayList<>();
    wrong.addAll(
        strings(
            "SELECT CONCAT(job, ' due ', fire_time, ' is ', state)"
                + UNTIL
                + " AND (state NOT IN ('completed', 'discarded', 'skipped')"
                + " OR (state = 'completed' AND (ended_at IS NULL OR duration_ms IS NULL)))"
                + " LIMIT "
                + EXAMPLES,
            until));
    wrong.addAll(
        strings(
            "SELECT CONCAT('task ', task_id, ' is of ', COUNT(*), ' firings')"
                + UNTIL
                + " AND task_id IS NOT NULL GROUP BY task_id HAVING COUNT(*) > 1 LIMIT "
                + EXAMPLES,
            until));
    return new Findings(lines(until), wrong);
  }

  /** One for each job that fired. */
  List<Line> lines(Instant until) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT job, COUNT(*) AS fired,"
                    + " SUM(CASE WHEN state = 'completed' THEN 1 ELSE 0 END) AS completed,"
                    + " SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END) AS skipped,"
                    + " SUM(CASE WHEN state IN ('enqueued', 'queued') THEN 1 ELSE 0 END) AS going,"
                    + " COALESCE(MAX(duration_ms), 0) AS longest"
                    + UNTIL
                    + " GROUP BY job ORDER BY job")) {
      select.setString(1, SqlTimes.text(until));
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

  private List<String> strings(String sql, Instant until) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, SqlTimes.text(until));
      List<String> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      return found;
    }
  }
}
