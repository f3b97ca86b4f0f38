package dev.sluice.bench;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.HdrHistogram.Histogram;

/** What the ledger of firings says of a round. */
final class FiringLedger {
  private static final String FIRED =
      "SELECT job, fire_time, fired_at FROM sluice_job_firing WHERE fire_time >= ? AND fire_time < ?";

  private final Map<String, Duration> lateness;

  private FiringLedger(Map<String, Duration> lateness) {
    this.lateness = lateness;
  }

  /** Of the firings that were due from one instant to before another. */
  static FiringLedger read(DataSource dataSource, Instant from, Instant to) throws SQLException {
    Map<String, Duration> lateness = new TreeMap<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(FIRED)) {
      select.setString(1, SqlTimes.text(from));
      select.setString(2, SqlTimes.text(to));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Instant due = SqlTimes.read(row, "fire_time");
          lateness.put(
              row.getString("job") + "@" + due,
              Duration.between(due, SqlTimes.read(row, "fired_at")));
        }
      }
    }
    return new FiringLedger(lateness);
  }

  /** How late they were written, microseconds; they were committed a little later. */
  Histogram lateness() {
    Histogram histogram = new Histogram(3);
    lateness.values().forEach(late -> histogram.recordValue(Math.max(0, late.toNanos() / 1000)));
    return histogram;
  }

  /** How many of what was due it does not have. */
  long missing(Set<String> due) {
    return due.stream().filter(firing -> !lateness.containsKey(firing)).count();
  }

  /** How many it has that were not due. */
  long surplus(Set<String> due) {
    return lateness.keySet().stream().filter(firing -> !due.contains(firing)).count();
  }
}
