package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of jobs, by a handful of queries for one or for all of them. */
final class JobOverview {
  private JobOverview() {}

  static List<ScheduledJob> of(Connection connection, List<JobRow> rows, Instant now)
      throws SQLException {
    Map<String, FiringRow> newest = LedgerView.newest(connection);
    Map<String, Integer> queued = LedgerView.queued(connection);
    // Most jobs have the same.
    Map<Duration, Map<String, Integer>> running = new HashMap<>();
    List<ScheduledJob> jobs = new ArrayList<>();
    for (JobRow row : rows) {
      Duration timeout = row.spec().timeout();
      if (!running.containsKey(timeout)) {
        running.put(timeout, LedgerView.running(connection, now.minus(timeout)));
      }
      int open =
          queued.getOrDefault(row.name(), 0) + running.get(timeout).getOrDefault(row.name(), 0);
      jobs.add(job(row, newest.get(row.name()), open, now));
    }
    return jobs;
  }

  /** One job, by queries about that alone. */
  static ScheduledJob of(Connection connection, JobRow row, Instant now) throws SQLException {
    List<FiringRow> newest = LedgerView.ofJob(connection, row.name(), 1);
    int open = LedgerView.open(connection, row.name(), now.minus(row.spec().timeout()));
    return job(row, newest.isEmpty() ? null : newest.get(0), open, now);
  }

  private static ScheduledJob job(JobRow row, @Nullable FiringRow last, int open, Instant now) {
    return new ScheduledJob(
        row.spec(),
        row.source(),
        row.paused(),
        row.since(),
        row.active() ? row.spec().timing().nextAfter(now).orElse(null) : null,
        last,
        open);
  }
}
