package dev.sluice.worker.upkeep;

import dev.sluice.outbox.OutboxSweep;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives messages of the outbox another chance that were set aside for a reason that may have
 * passed, each a bounded number of times, at growing intervals and at a rate. What can never be
 * published, and what breaks its channel, stays for an operator.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class SweepOutbox implements TaskHandler<SweepOutbox.Payload> {
  /** Enqueued by the scheduler. */
  public static final TaskType<Payload> TYPE =
      TaskType.of("sluice.sweep_outbox", Payload.class).queue("maintenance");

  private static final Logger log = LoggerFactory.getLogger(SweepOutbox.class);

  private final List<DataSource> databases;
  private final InstantSource clock;

  /**
   * What to release. A component that is missing or 0 has its default.
   *
   * @param limit messages released at most, in each database; default 1000
   * @param ratePerSecond messages per second; default 50, and so much that the limit takes half an
   *     hour at most
   * @param maxReleases releases of each message, at most 20; default 5
   * @param minAge seconds between a message's first failure and its release, doubled with each
   *     further one; default 7200, that is an hour after it was set aside
   */
  public record Payload(int limit, int ratePerSecond, int maxReleases, int minAge) {
    /** With every default. */
    public static final Payload DEFAULTS = new Payload(0, 0, 0, 0);

    private static final int LONGEST_SECONDS = 1800;

    public Payload {
      limit = Defaults.of("limit", limit, 1000);
      ratePerSecond = Defaults.of("ratePerSecond", ratePerSecond, 50);
      maxReleases = Defaults.of("maxReleases", maxReleases, 5, 20);
      minAge = Defaults.of("minAge", minAge, 7200);
      if (limit / ratePerSecond > LONGEST_SECONDS) {
        throw new IllegalArgumentException(
            "limit %d takes more than half an hour at ratePerSecond %d; lower the one or raise the"
                    .formatted(limit, ratePerSecond)
                + " other");
      }
    }
  }

  /**
   * A handler.
   *
   * @param databases those with an outbox
   */
  public SweepOutbox(Collection<DataSource> databases, InstantSource clock) {
    this.databases = List.copyOf(databases);
    this.clock = clock;
  }

  @Override
  public Outcome handle(Payload payload, TaskContext task) throws SQLException {
    OutboxSweep sweep =
        new OutboxSweep(
            payload.limit(),
            payload.ratePerSecond(),
            payload.maxReleases(),
            Duration.ofSeconds(payload.minAge()));
    OutboxSweep.Report report = OutboxSweep.Report.NOTHING;
    @Nullable SQLException failure = null;
    for (DataSource database : databases) {
      try {
        report = report.plus(sweep.run(database, clock.instant()));
      } catch (SQLException e) {
        // The others are swept all the same.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (report.released() + report.hurried() > 0 || report.parked() > 0) {
      log.info(
          "The sweep released {} messages of the outbox and hurried {}; {} stay set aside",
          report.released(),
          report.hurried(),
          report.parked());
    }
    return Outcome.completed(report);
  }
}
