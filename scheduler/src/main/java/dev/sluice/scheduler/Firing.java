package dev.sluice.scheduler;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.scheduler.FiringTasks.FiringTask;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Fires a job once for an instant, however often and by however many schedulers it is asked to: the
 * row of the firing, whose primary key is job and instant, and its task's outbox row commit
 * together or not at all. The job's own row is locked meanwhile, so that whether a firing overlaps
 * another is decided for one firing after the other.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Firing {
  private final Transactions transactions;
  private final InstantSource clock;
  private final FiringTasks tasks;

  Firing(DataSource dataSource, Topology topology, InstantSource clock) {
    transactions = new Transactions(dataSource);
    this.clock = clock;
    tasks = new FiringTasks(topology, clock);
  }

  /**
   * Fires a job that is due. Returns empty when nothing is to be done: the firing is committed
   * already, the job is gone, paused or disabled, or it is no longer due then.
   *
   * @param due the instant at which the job was due
   */
  Optional<FiringRow> fire(String job, Instant due) throws SQLException {
    return unlessPresent(
        connection -> {
          Optional<JobRow> row = JobTable.lock(connection, job);
          if (row.isEmpty() || !row.get().dueAt(due, clock.instant())) {
            return Optional.empty();
          }
          JobSpec spec = row.get().spec();
          FiringState state =
              overlaps(connection, spec) ? instead(spec.overlap()) : FiringState.ENQUEUED;
          return Optional.of(write(connection, spec, due, FiringOrigin.DUE, state));
        });
  }

  /** Fires a job now, whatever else runs of it. */
  FiringRow fireNow(JobSpec job) throws SQLException {
    Instant now = betweenSeconds(clock.instant());
    while (true) {
      Instant free = now;
      Optional<FiringRow> fired =
          unlessPresent(
              connection ->
                  Optional.of(
                      write(connection, job, free, FiringOrigin.RUN_NOW, FiringState.ENQUEUED)));
      if (fired.isPresent()) {
        return fired.get();
      }
      now = betweenSeconds(now.plusMillis(1));
    }
  }

  /**
   * Fires a job for an instant that is past. Where firings must not overlap they queue. Returns
   * empty when the ledger has the instant already, or the job is gone.
   */
  Optional<FiringRow> backfill(String job, Instant due) throws SQLException {
    return unlessPresent(
        connection -> {
          Optional<JobRow> row = JobTable.lock(connection, job);
          if (row.isEmpty()) {
            return Optional.empty();
          }
          JobSpec spec = row.get().spec();
          FiringState state =
              overlaps(connection, spec) ? FiringState.QUEUED : FiringState.ENQUEUED;
          return Optional.of(write(connection, spec, due, FiringOrigin.BACKFILL, state));
        });
  }

  /**
   * Enqueues the oldest queued firing of a job when none before it runs; whether it did. Of a job
   * that is paused or disabled only what somebody asked for.
   */
  boolean fireQueued(String job) throws SQLException {
    return transactions.run(
        connection -> {
          Optional<JobRow> row = JobTable.lock(connection, job);
          Instant now = clock.instant();
          if (row.isEmpty()) {
            Ledger.discardQueued(connection, job, now);
            return false;
          }
          JobSpec spec = row.get().spec();
          Optional<Instant> due =
              row.get().active()
                  ? Ledger.oldestQueued(connection, job)
                  : Ledger.oldestBackfilled(connection, job);
          if (due.isEmpty() || Ledger.running(connection, spec, now)) {
            return false;
          }
          FiringTask task = tasks.create(spec, due.get(), now);
          Ledger.enqueued(connection, job, due.get(), task.id(), now);
          tasks.write(connection, task);
          return true;
        });
  }

  private boolean overlaps(Connection connection, JobSpec job) throws SQLException {
    return job.overlap() != OverlapPolicy.ALLOW && Ledger.open(connection, job, clock.instant());
  }

  private static FiringState instead(OverlapPolicy policy) {
    return switch (policy) {
      case SKIP -> FiringState.SKIPPED;
      case QUEUE -> FiringState.QUEUED;
      case ALLOW -> FiringState.ENQUEUED;
    };
  }

  private FiringRow write(
      Connection connection, JobSpec job, Instant fireTime, FiringOrigin origin, FiringState state)
      throws SQLException {
    Instant now = clock.instant();
    if (state != FiringState.ENQUEUED) {
      FiringRow waiting =
          new FiringRow(job.name(), fireTime, origin, state, null, now, null, null, null);
      Ledger.insert(connection, waiting);
      return waiting;
    }
    Instant start = origin == FiringOrigin.DUE ? fireTime.plus(Jitter.of(job, fireTime)) : now;
    FiringTask task = tasks.create(job, fireTime, start);
    FiringRow firing =
        new FiringRow(job.name(), fireTime, origin, state, task.id(), now, now, null, null);
    Ledger.insert(connection, firing);
    tasks.write(connection, task);
    return firing;
  }

  private Optional<FiringRow> unlessPresent(Transactions.Work<Optional<FiringRow>> work)
      throws SQLException {
    try {
      return transactions.run(work);
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.DUPLICATE_KEY) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Jobs are due at whole seconds: a run asked for must not take the place of one that is due. */
  private static Instant betweenSeconds(Instant now) {
    long millis = now.toEpochMilli();
    return Instant.ofEpochMilli(millis % 1000 == 0 ? millis + 1 : millis);
  }
}
