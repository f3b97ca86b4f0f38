package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the configured rows of the table of jobs those of the configuration. Only what changed is
 * written, and jobs made at run time stay.
 */
final class ConfiguredJobs {
  private static final Logger log = LoggerFactory.getLogger(ConfiguredJobs.class);

  private static final int BATCH = 100;

  private final Transactions transactions;
  private final InstantSource clock;

  ConfiguredJobs(DataSource dataSource, InstantSource clock) {
    transactions = new Transactions(dataSource);
    this.clock = clock;
  }

  void store(List<JobSpec> jobs) throws SQLException {
    Map<String, JobRow> present = new TreeMap<>();
    transactions.run(JobTable::all).forEach(row -> present.put(row.name(), row));
    Instant now = clock.instant();
    List<JobSpec> added = new ArrayList<>();
    List<JobSpec> changed = new ArrayList<>();
    for (JobSpec job : jobs) {
      if (JobSpecCheck.over(job, now)) {
        log.warn("job {} is never due again; remove it from the configuration", job.name());
      }
      JobRow before = present.remove(job.name());
      if (before == null) {
        log.info(
            "job {} is new, first due {}", job.name(), job.timing().nextAfter(now).orElse(null));
        added.add(job);
      } else if (!before.spec().equals(job) || before.source() != JobSource.CONFIGURED) {
        if (before.source() == JobSource.DYNAMIC) {
          log.warn(
              "two jobs are called {}: that of the configuration replaces the one made at run time",
              job.name());
        } else {
          log.info("job {} changed", job.name());
        }
        changed.add(job);
      }
    }
    List<JobRow> gone =
        present.values().stream().filter(row -> row.source() == JobSource.CONFIGURED).toList();
    inBatches(added, (connection, batch) -> JobTable.insertAll(connection, batch, now));
    inBatches(changed, (connection, batch) -> changeAll(connection, batch, now));
    inBatches(gone, ConfiguredJobs::deleteAll);
  }

  private static void changeAll(Connection connection, List<JobSpec> jobs, Instant now)
      throws SQLException {
    for (JobSpec job : jobs) {
      Optional<JobRow> before = JobTable.lock(connection, job.name());
      if (before.isPresent()) {
        JobRow after = before.get().changed(job, JobSource.CONFIGURED, now);
        JobTable.change(connection, after, now);
      }
    }
  }

  private static void deleteAll(Connection connection, List<JobRow> jobs) throws SQLException {
    for (JobRow job : jobs) {
      log.info("job {} is no longer configured: removed", job.name());
      JobTable.delete(connection, job.name());
    }
  }

  /** Short transactions: other schedulers start at the same time, and wait for the same rows. */
  private <T> void inBatches(List<T> all, Write<T> write) throws SQLException {
    for (int from = 0; from < all.size(); from += BATCH) {
      List<T> batch = all.subList(from, Math.min(from + BATCH, all.size()));
      transactions.run(
          connection -> {
            write.in(connection, batch);
            return batch.size();
          });
    }
  }

  @FunctionalInterface
  private interface Write<T> {
    void in(Connection connection, List<T> batch) throws SQLException;
  }
}
