package dev.sluice.scheduler;

import dev.sluice.loop.Loop;
import dev.sluice.scheduler.QuartzTriggers.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Quartz's jobs those of the table of jobs: every two seconds what has changed there, and
 * once a minute what Quartz has lost, given up or put off. What has not changed is left alone.
 *
 * <p>Threading: for one thread at a time; {@link #active} may be called by any.
 */
final class JobReconciler implements Loop {
  private static final Logger log = LoggerFactory.getLogger(JobReconciler.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_REPAIRS = Duration.ofMinutes(1);
  private static final int BATCH = 50;

  private final QuartzJobs jobs;
  private final QuartzTriggers triggers;
  private final AppliedRevisions revisions;
  private final Transactions transactions;
  private final InstantSource clock;
  private @Nullable Instant repaired;
  private volatile int active;

  private JobReconciler(
      QuartzJobs jobs,
      QuartzTriggers triggers,
      AppliedRevisions revisions,
      DataSource dataSource,
      InstantSource clock) {
    this.jobs = jobs;
    this.triggers = triggers;
    this.revisions = revisions;
    transactions = new Transactions(dataSource);
    this.clock = clock;
  }

  /** For a Quartz that all schedulers on the database share. */
  static JobReconciler shared(
      org.quartz.Scheduler quartz, DataSource dataSource, InstantSource clock) {
    return new JobReconciler(
        new QuartzJobs(quartz),
        QuartzTriggers.inDatabase(dataSource),
        AppliedRevisions.shared(),
        dataSource,
        clock);
  }

  /** For a Quartz that keeps its jobs in memory. */
  static JobReconciler inMemory(
      org.quartz.Scheduler quartz, DataSource dataSource, InstantSource clock) {
    return new JobReconciler(
        new QuartzJobs(quartz),
        QuartzTriggers.inMemory(quartz),
        AppliedRevisions.own(),
        dataSource,
        clock);
  }

  /** How many jobs Quartz has: those neither paused nor disabled. */
  int active() {
    return active;
  }

  @Override
  public Duration runOnce() throws SQLException, SchedulerException {
    // Quartz's first: what is missing in the table after that is gone, not new.
    Set<String> present = jobs.names();
    List<JobTable.Mark> marks = transactions.run(JobTable::marks);
    removeSurplus(present, marks);
    List<String> stale =
        marks.stream()
            .filter(mark -> revisions.stale(mark.name(), mark.revision(), mark.applied()))
            .map(JobTable.Mark::name)
            .toList();
    apply(stale, false);
    Instant now = clock.instant();
    boolean repairing = toBeRepaired(now);
    if (repairing) {
      repair(now);
      repaired = now;
    }
    active = stale.isEmpty() && !repairing ? present.size() : jobs.names().size();
    return PAUSE;
  }

  /** Takes those out of {@code present} and out of Quartz that the table does not have. */
  private void removeSurplus(Set<String> present, List<JobTable.Mark> marks)
      throws SchedulerException {
    Set<String> surplus = new HashSet<>(present);
    marks.forEach(mark -> surplus.remove(mark.name()));
    if (!surplus.isEmpty()) {
      log.info("no longer fired, for they are removed: {}", surplus);
      jobs.remove(surplus);
      revisions.removed(surplus);
      present.removeAll(surplus);
    }
  }

  /** Once a minute, whichever way the clock went. */
  private boolean toBeRepaired(Instant now) {
    return repaired == null
        || Duration.between(repaired, now).abs().compareTo(BETWEEN_REPAIRS) >= 0;
  }

  private void repair(Instant now) throws SQLException, SchedulerException {
    Map<String, Stored> stored = new HashMap<>();
    triggers.all().forEach(trigger -> stored.put(trigger.job(), trigger));
    List<String> anew = new ArrayList<>();
    for (JobRow job : transactions.run(JobTable::all)) {
      Stored trigger = stored.get(job.name());
      if (!job.active()) {
        continue;
      }
      if (trigger == null ? missing(job, now) : putOff(job, trigger, now)) {
        anew.add(job.name());
      } else if (trigger != null && trigger.failed()) {
        log.warn("job {} was given up: tried again", job.name());
        jobs.retry(trigger);
      }
    }
    apply(anew, true);
  }

  private static boolean missing(JobRow job, Instant now) {
    return job.spec().timing().nextAfter(now).isPresent();
  }

  /** Whether Quartz, told a later time than it is, has passed over instants still to come. */
  private static boolean putOff(JobRow job, Stored trigger, Instant now) {
    boolean late =
        job.spec()
            .timing()
            .nextAfter(now.plus(JobRow.CLOCKS_APART))
            .filter(trigger.next()::isAfter)
            .isPresent();
    if (late) {
      log.warn("job {} was put off by a clock that is ahead: scheduled anew", job.name());
    }
    return late;
  }

  /**
   * Puts jobs into Quartz that nobody else is doing anything about; the others' turn is the next.
   *
   * @param anew whether also those that Quartz has in their newest revision
   */
  private void apply(List<String> names, boolean anew) throws SQLException, SchedulerException {
    for (int from = 0; from < names.size(); from += BATCH) {
      List<String> batch = names.subList(from, Math.min(from + BATCH, names.size()));
      transactions.run(
          connection -> {
            List<JobRow> rows =
                JobTable.lockFree(connection, batch).stream()
                    .filter(
                        job -> anew || revisions.stale(job.name(), job.revision(), job.applied()))
                    .toList();
            put(connection, rows);
            return rows.size();
          });
    }
  }

  private void put(Connection connection, List<JobRow> rows) throws SQLException {
    try {
      jobs.put(connection, rows, clock.instant());
    } catch (SchedulerException e) {
      throw new SQLException("Quartz did not take the jobs: " + e.getMessage(), e);
    }
    for (JobRow row : rows) {
      revisions.applied(connection, row);
    }
  }
}
