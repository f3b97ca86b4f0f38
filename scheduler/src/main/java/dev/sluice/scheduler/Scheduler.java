package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fires periodic jobs. A firing enqueues one task and does nothing else: workers do the work. Any
 * number of schedulers may share a database; every firing still enqueues one task.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class Scheduler implements AutoCloseable {
  private static final int HEALTH_TIMEOUT_SECONDS = 2;

  private volatile SchedulerOptions options;
  private @Nullable RunningScheduler running;
  private boolean closed;

  private Scheduler(SchedulerOptions options) {
    this.options = options;
  }

  /** A scheduler that is not started yet. */
  public static Scheduler open(SchedulerOptions options) {
    return new Scheduler(options);
  }

  /**
   * Makes the stored jobs those of the options, and begins to fire them. The broker need not be
   * reachable: firings wait in the outbox.
   *
   * @throws SchedulerFailed when the database cannot be reached, its pool has less than five
   *     connections, or its tables are missing
   * @throws IllegalStateException when it was started or closed before
   */
  public synchronized void start() {
    if (running != null || closed) {
      throw new IllegalStateException("a scheduler is started once; open another one");
    }
    running = RunningScheduler.start(options);
  }

  /**
   * Replaces the configured jobs. Only what changed is touched; those that are missing here are
   * removed, and jobs made at run time stay.
   *
   * @throws IllegalArgumentException as {@link SchedulerOptions} does; nothing is changed then
   * @throws SQLException when the database refuses; to be tried again
   * @throws IllegalStateException when it is not running
   */
  public void configure(List<JobSpec> jobs) throws SQLException {
    RunningScheduler started;
    synchronized (this) {
      if (running == null || closed) {
        throw new IllegalStateException("the scheduler is not running");
      }
      started = running;
    }
    SchedulerOptions changed = options.jobs(jobs);
    started.configure(changed.jobs());
    options = changed;
  }

  /** Asks the database; takes up to two seconds when that is away. */
  public SchedulerHealth health() {
    boolean started;
    int jobs;
    synchronized (this) {
      started = running != null && !closed;
      jobs = started ? running.jobs() : 0;
    }
    String database = databaseProblem();
    String detail =
        !started
            ? "the scheduler is not running"
            : database.isEmpty() ? "firing " + jobs + " jobs" : "nothing is fired: " + database;
    return new SchedulerHealth(started, database.isEmpty(), jobs, detail);
  }

  /**
   * The next instants at which a configured job is due, at most {@code count}; none when it is
   * disabled.
   *
   * @throws IllegalArgumentException when there is no such job
   */
  public List<Instant> nextFirings(String job, int count) {
    JobSpec spec =
        options.jobs().stream()
            .filter(candidate -> candidate.name().equals(job))
            .findFirst()
            .orElseThrow(() -> unknown(job));
    return spec.enabled() ? spec.next(options.clock().instant(), count) : List.of();
  }

  /** Ends firing, and waits a few seconds for firings under way. */
  @Override
  public synchronized void close() {
    if (running != null && !closed) {
      running.close();
    }
    closed = true;
  }

  private String databaseProblem() {
    try (Connection connection = options.database().dataSource().getConnection()) {
      return connection.isValid(HEALTH_TIMEOUT_SECONDS) ? "" : "the database does not answer";
    } catch (SQLException e) {
      return "the database cannot be reached: " + e.getMessage();
    }
  }

  private IllegalArgumentException unknown(String job) {
    return new IllegalArgumentException(
        "there is no job '"
            + job
            + "'; there are "
            + options.jobs().stream().map(JobSpec::name).sorted().toList());
  }
}
