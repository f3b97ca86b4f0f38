package dev.sluice.scheduler;

import dev.sluice.database.Database;
import dev.sluice.settings.NearestName;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The jobs of all schedulers on a database, for those who look after them: what is due, what was
 * fired; run now, pause, resume, make, remove and backfill. Schedulers follow within about two
 * seconds. None need be running: the tasks wait in the outbox, for whoever relays it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Schedules {
  private final Transactions transactions;
  private final Firing firing;
  private final Topology topology;
  private final InstantSource clock;

  private Schedules(Database database, Topology topology, InstantSource clock) {
    transactions = new Transactions(database.dataSource());
    firing = new Firing(database.dataSource(), topology, clock);
    this.topology = topology;
    this.clock = clock;
  }

  /**
   * The jobs of a database.
   *
   * @param database holds the jobs, the ledger and the outbox, migrated; it stays the caller's
   * @param topology names queues; the schedulers' own
   */
  public static Schedules of(Database database, Topology topology, InstantSource clock) {
    return new Schedules(database, topology, clock);
  }

  /** All jobs, by name. */
  public List<ScheduledJob> list() throws SQLException {
    return transactions.run(
        connection -> JobOverview.of(connection, JobTable.all(connection), clock.instant()));
  }

  /**
   * One job.
   *
   * @throws IllegalArgumentException naming the jobs there are when it is none of them; so say all
   *     methods that take the name of a job
   */
  public ScheduledJob find(String job) throws SQLException {
    return transactions.run(
        connection -> JobOverview.of(connection, known(connection, job), clock.instant()));
  }

  /** The next instants at which a job is due, at most {@code count}; none of a paused one. */
  public List<Instant> next(String job, int count) throws SQLException {
    JobRow row = transactions.run(connection -> known(connection, job));
    return row.active() ? row.spec().timing().nextAfter(clock.instant(), count) : List.of();
  }

  /** The firings of a job, the newest instant first, at most {@code limit}. */
  public List<FiringRow> firings(String job, int limit) throws SQLException {
    return transactions.run(
        connection -> LedgerView.ofJob(connection, known(connection, job).name(), limit));
  }

  /** Fires a job now, though it be paused or disabled, and whatever its overlap policy. */
  public FiringRow runNow(String job) throws SQLException {
    JobSpec spec = transactions.run(connection -> known(connection, job)).spec();
    return firing.fireNow(spec);
  }

  /** Ends the firing of a job until it is resumed; false when it was paused already. */
  public boolean pause(String job) throws SQLException {
    return change(job, row -> row.paused() ? row : row.pausedNow());
  }

  /**
   * Fires a job again when it is due; what was due while it was paused is not made up for. False
   * when it was not paused.
   */
  public boolean resume(String job) throws SQLException {
    return change(job, row -> row.paused() ? row.resumed(clock.instant()) : row);
  }

  /**
   * Makes or changes a job that no configuration has.
   *
   * @throws IllegalArgumentException when a configured job has the name, its queue's name is too
   *     long for the broker, or it is never due again
   */
  public void save(JobSpec spec) throws SQLException {
    Instant now = clock.instant();
    JobSpecCheck.queue(spec, topology);
    JobSpecCheck.dueAgain(spec, now);
    transactions.run(
        connection -> {
          if (JobTable.insert(connection, spec, now)) {
            return true;
          }
          JobRow before = dynamic(locked(connection, spec.name()));
          if (!before.spec().equals(spec)) {
            JobTable.change(connection, before.changed(spec, JobSource.DYNAMIC, now), now);
          }
          return true;
        });
  }

  /**
   * Removes a job that no configuration has, and what is queued of it; false when there is none.
   *
   * @throws IllegalArgumentException when a configured job has the name
   */
  public boolean remove(String job) throws SQLException {
    return transactions.run(
        connection -> {
          Optional<JobRow> row = JobTable.lock(connection, job);
          if (row.isEmpty()) {
            return false;
          }
          Ledger.discardQueued(connection, dynamic(row.get()).name(), clock.instant());
          return JobTable.delete(connection, job);
        });
  }

  /**
   * Fires a job for the instants at which it was due from one instant to before another, and which
   * the ledger does not have; the oldest first. Where firings must not overlap they queue.
   *
   * @param to at most now
   */
  public BackfillReport backfill(String job, Instant from, Instant to, BackfillOptions options)
      throws SQLException {
    if (!from.isBefore(to) || to.isAfter(clock.instant())) {
      throw new IllegalArgumentException(
          "a backfill goes from a time to a later one, which is past; not from "
              + from
              + " to "
              + to);
    }
    JobSpec spec = transactions.run(connection -> known(connection, job)).spec();
    return new Backfill(transactions, firing, spec).run(from, to, options);
  }

  private boolean change(String job, UnaryOperator<JobRow> change) throws SQLException {
    return transactions.run(
        connection -> {
          JobRow before = locked(connection, job);
          JobRow after = change.apply(before);
          if (after.equals(before)) {
            return false;
          }
          JobTable.change(connection, after, clock.instant());
          return true;
        });
  }

  private static JobRow dynamic(JobRow job) {
    if (job.source() == JobSource.CONFIGURED) {
      throw new IllegalArgumentException(
          "job '" + job.name() + "' is in the schedulers' configuration; change it there");
    }
    return job;
  }

  private static JobRow locked(Connection connection, String job) throws SQLException {
    Optional<JobRow> row = JobTable.lock(connection, job);
    return row.isPresent() ? row.get() : known(connection, job);
  }

  private static JobRow known(Connection connection, String job) throws SQLException {
    Optional<JobRow> row = JobTable.find(connection, job);
    if (row.isPresent()) {
      return row.get();
    }
    List<String> names = JobTable.marks(connection).stream().map(JobTable.Mark::name).toList();
    throw new IllegalArgumentException(
        "there is no job '"
            + job
            + "'"
            + NearestName.of(job, names).map(near -> "; did you mean '" + near + "'?").orElse("")
            + "; there are "
            + names.stream().sorted().toList());
  }
}
