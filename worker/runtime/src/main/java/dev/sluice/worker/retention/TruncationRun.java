package dev.sluice.worker.retention;

import dev.sluice.database.SqlErrors;
import dev.sluice.task.TaskType;
import dev.sluice.worker.longtask.LongTask;
import dev.sluice.worker.longtask.LongTaskKind;
import dev.sluice.worker.longtask.LongTaskOptions;
import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Plan;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truncation of a part as a long task: a step is what half a second is enough for, with the
 * rests in between. Of a database one part at a time is worked on in a process.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class TruncationRun implements LongTask<TruncationRun.Payload> {
  private static final Logger log = LoggerFactory.getLogger(TruncationRun.class);
  private static final long STEP_NANOS = Duration.ofMillis(500).toNanos();

  /** For so long a run may be one of a newer worker. */
  private static final Duration DEPLOYMENT = Duration.ofMinutes(10);

  /** How long a step waits for another worker, or for a database that is away. */
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  /**
   * What is truncated.
   *
   * @param part name of a {@link Part}
   */
  record Payload(String part) {}

  /**
   * What a run reports that cannot go on.
   *
   * @param problem why, and what to do
   */
  record Failed(String problem) {}

  private static final TaskType<Payload> TYPE =
      TaskType.of("sluice.table_truncation", Payload.class).queue(TruncateTable.TYPE.queue());

  private final Parts parts;
  private final TruncationTools tools;
  private final List<TruncationListener> listeners;
  private final Map<String, Lock> databases = new ConcurrentHashMap<>();

  TruncationRun(Parts parts, TruncationTools tools, List<TruncationListener> listeners) {
    this.parts = parts;
    this.tools = tools;
    this.listeners = List.copyOf(listeners);
  }

  LongTaskKind<Payload> kind() {
    return LongTaskKind.of(TYPE, this, LongTaskOptions.DEFAULTS.queue(TYPE.queue()), tools.clock());
  }

  @Override
  public Plan plan(Payload payload, Connection connection) {
    String started = Long.toString(tools.clock().millis());
    return new Plan(List.of(new Slice(null, started)), null);
  }

  @Override
  public Step step(Payload payload, Slice slice) throws SQLException, InterruptedException {
    RunPosition before = RunPosition.of(slice.after());
    RunPosition at = before;
    try {
      Instant started =
          Instant.ofEpochMilli(Long.parseLong(Objects.requireNonNull(slice.upTo(), "start")));
      Part part = part(payload.part(), started);
      long end = tools.ticks().getAsLong() + STEP_NANOS;
      do {
        if (at.cut() >= part.cuts().size()) {
          return Step.last(at.rows() - before.rows()).reporting(report(part, at, started));
        }
        at = at.after(piece(part, at, started));
      } while (tools.ticks().getAsLong() < end);
      return Step.upTo(at.text(), at.rows() - before.rows());
    } catch (RetentionInvalid e) {
      // A run that stayed open would keep every later one from beginning.
      log.error("The truncation of {} ends: {}", payload.part(), e.getMessage(), e);
      return Step.last(at.rows() - before.rows())
          .reporting(new Failed(String.valueOf(e.getMessage())));
    }
  }

  /** While workers are replaced, a newer one may have begun what this one does not know. */
  private Part part(String name, Instant started) {
    try {
      return parts.named(name);
    } catch (RetentionInvalid e) {
      if (tools.clock().instant().isAfter(started.plus(DEPLOYMENT))) {
        throw e;
      }
      throw new NotNow(String.valueOf(e.getMessage()), ELSEWHERE, e);
    }
  }

  private Cut.Piece piece(Part part, RunPosition at, Instant started)
      throws SQLException, InterruptedException {
    Lock database = databases.computeIfAbsent(part.database(), name -> new ReentrantLock(true));
    database.lockInterruptibly();
    try {
      Cut.Piece piece = part.cuts().get(at.cut()).next(started, at.within());
      long behind = behind(piece.behind(), started);
      listeners.forEach(
          listener -> listener.truncated(part.table(), part.database(), piece.rows(), behind));
      tools.rest().of(piece.rest());
      return piece;
    } catch (SQLException e) {
      if (!part.database().equals(TaskType.MAIN_DATABASE)
          && SqlErrors.classify(e).infrastructure()) {
        throw new NotNow("database '" + part.database() + "' is away", ELSEWHERE, e);
      }
      throw e;
    } finally {
      database.unlock();
    }
  }

  /** What was not behind when the run began may be by now. */
  private long behind(Duration atStart, Instant started) {
    return Math.max(
        0, atStart.plus(Duration.between(started, tools.clock().instant())).toSeconds());
  }

  private TruncationReport report(Part part, RunPosition at, Instant started) {
    double seconds = Duration.between(started, tools.clock().instant()).toMillis() / 1000.0;
    TruncationReport report =
        new TruncationReport(
            part.table(),
            part.database(),
            at.rows(),
            seconds > 0 ? Math.round(10 * at.rows() / seconds) / 10.0 : 0,
            seconds,
            behind(Duration.ofSeconds(at.behindSeconds()), started));
    log.info(
        "Truncated {} of database {}: {} rows in {} s, {} rows/s; the oldest row left is {} s behind"
            + " its retention",
        report.table(),
        report.database(),
        report.rows(),
        report.seconds(),
        report.rowsPerSecond(),
        report.behindSeconds());
    listeners.forEach(listener -> listener.done(report));
    return report;
  }
}
