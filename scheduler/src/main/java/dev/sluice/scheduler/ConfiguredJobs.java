package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the configured rows of the table of jobs those of the configuration. Only what changed is
 * written, and jobs made at run time stay.
 */
final class ConfiguredJobs {
  private static final Logger log = LoggerFactory.getLogger(ConfiguredJobs.class);

  private final Transactions transactions;
  private final InstantSource clock;

  ConfiguredJobs(DataSource dataSource, InstantSource clock) {
    transactions = new Transactions(dataSource);
    this.clock = clock;
  }

  void store(List<JobSpec> jobs) throws SQLException {
    transactions.run(
        connection -> {
          store(connection, jobs);
          return true;
        });
  }

  private void store(Connection connection, List<JobSpec> jobs) throws SQLException {
    Map<String, JobRow> present = new HashMap<>();
    JobTable.all(connection).forEach(row -> present.put(row.name(), row));
    Instant now = clock.instant();
    for (JobSpec job : jobs) {
      JobRow before = present.remove(job.name());
      if (before == null) {
        if (JobTable.insert(connection, job, JobSource.CONFIGURED, now)) {
          log.info(
              "job {} is new, first due {}", job.name(), job.timing().nextAfter(now).orElse(null));
        }
      } else if (!before.spec().equals(job) || before.source() != JobSource.CONFIGURED) {
        log.info("job {} changed", job.name());
        JobTable.change(connection, before.changed(job, JobSource.CONFIGURED, now), now);
      }
    }
    for (JobRow gone : present.values()) {
      if (gone.source() == JobSource.CONFIGURED) {
        log.info("job {} is no longer configured: removed", gone.name());
        JobTable.delete(connection, gone.name());
      }
    }
  }
}
