package dev.sluice.worker.dead;

import dev.sluice.keys.KeyStore;
import dev.sluice.message.Message;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.inbox.Inbox;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The dead tasks of a database: what an operator sees of them and does with them.
 *
 * <p>{@link DeadLetterArchiver} writes an entry for each death of a task, so that a task that was
 * sent back twice and died each time has three. An entry starts as {@code DEAD}, unless its id is
 * in the inbox already, and leaves that state once:
 *
 * <pre>
 * DEAD ── redrive ──────────────────────────────→ REDRIVEN   the task runs again, under its old id;
 *   │                                                        dies it again, that is a new entry
 *   ├──── discard ──────────────────────────────→ DISCARDED  its inbox row refuses every copy
 *   ├──── redrive, but it was revoked meanwhile → DISCARDED  nothing is sent
 *   └──── redrive or discard, but another copy
 *         of it was applied meanwhile ──────────→ APPLIED    nothing is sent
 * </pre>
 *
 * <p>A redrive is refused, with the reason, for an entry that is not {@code DEAD}; that expired or
 * was too old when it died; that is older than the inbox remembers; whose message was clipped;
 * whose queue is unknown; whose place or exclusive key another task has taken. Everything else is
 * as it was: the entry stays.
 *
 * <p>Threading: safe for use by any number of threads and processes; each change is one conditional
 * update.
 */
public final class DeadTasks {
  private static final int CHUNK = 100;
  // The longest interval of the retry job: 2¹⁰ times the first.
  private static final int MOST_DOUBLINGS = 10;

  private final DataSource dataSource;
  private final InstantSource clock;
  private final @Nullable KeyStore keys;
  private final Inbox inbox;
  private final Outbox outbox;
  private final OtherInboxes others;

  /** Dead tasks whose exclusive keys, if any, are in the database alone. */
  public DeadTasks(DataSource dataSource, InstantSource clock) {
    this(dataSource, clock, null);
  }

  /**
   * Dead tasks of a database.
   *
   * @param keys where producers keep the keys of exclusive tasks beside the database, which a
   *     redrive takes again; null for nowhere. Stays the caller's to close
   */
  public DeadTasks(DataSource dataSource, InstantSource clock, @Nullable KeyStore keys) {
    this(dataSource, clock, keys, List.of());
  }

  private DeadTasks(
      DataSource dataSource,
      InstantSource clock,
      @Nullable KeyStore keys,
      Collection<DataSource> named) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.keys = keys;
    inbox = new Inbox(clock);
    // Whether a body is too large is for the worker to say, whose limit may have been raised.
    outbox = new Outbox(clock);
    others = new OtherInboxes(named, inbox);
  }

  /**
   * The same, with further databases that tasks write to: a discard goes into the inbox of each.
   */
  public DeadTasks named(Collection<DataSource> named) {
    return new DeadTasks(dataSource, clock, keys, named);
  }

  /** Entries without their stack traces, the latest first. */
  public List<DeadTask> list(DeadFilter filter, int limit) throws SQLException {
    return Transaction.run(
        dataSource, connection -> DeadTaskTable.latest(connection, filter, limit));
  }

  /** One entry, with its stack trace. */
  public Optional<DeadTask> find(long id) throws SQLException {
    return Transaction.run(dataSource, connection -> DeadTaskTable.find(connection, id));
  }

  /** The latest entry of a task, without its stack trace. */
  public Optional<DeadTask> latestOf(String taskId) throws SQLException {
    return Transaction.run(
        dataSource, connection -> DeadTaskTable.latestOf(connection, DeadLetter.key(taskId)));
  }

  /**
   * The message of an entry as it died, clipped if the entry says so.
   *
   * @throws IllegalArgumentException when what is stored is damaged
   */
  public Optional<Message> message(long id) throws SQLException {
    return Transaction.run(dataSource, connection -> DeadTaskTable.message(connection, id));
  }

  /**
   * Sends entries back to their queues.
   *
   * @param ids numbers of entries
   * @param ratePerSecond tasks per second, at least 1; the broker holds back those of later seconds
   */
  public DeadReport redrive(Collection<Long> ids, int ratePerSecond) throws SQLException {
    return redrive(ids, new Pace(clock.instant(), ratePerSecond), false);
  }

  /**
   * Sends those back that wait and that {@code filter} describes, the oldest entry first.
   *
   * @param limit entries looked at, those that are refused included
   * @param ratePerSecond as above
   */
  public DeadReport redrive(DeadFilter filter, int limit, int ratePerSecond) throws SQLException {
    return redrive(waiting(filter, limit), ratePerSecond);
  }

  /** Drops entries for good: no copy of their tasks is ever applied. */
  public DeadReport discard(Collection<Long> ids) throws SQLException {
    DeadReport report = DeadReport.NOTHING;
    for (List<Long> chunk : chunks(ids)) {
      report =
          report.plus(
              Transaction.run(
                  dataSource,
                  connection -> new Discard(connection, inbox, others, clock).run(chunk)));
    }
    return report;
  }

  /** Drops those for good that wait and that {@code filter} describes, the oldest entry first. */
  public DeadReport discard(DeadFilter filter, int limit) throws SQLException {
    return discard(waiting(filter, limit));
  }

  /**
   * Sends those back whose cause was transient and whose time has come: {@code minAge} after their
   * death, doubled with each try of the retry job before.
   */
  DeadReport redriveTransient(RedriveTransient.Payload payload) throws SQLException {
    Pace pace = new Pace(clock.instant(), payload.ratePerSecond());
    DeadReport report = DeadReport.NOTHING;
    long last = 0;
    while (report.done() < payload.limit()) {
      int most = Math.min(CHUNK, payload.limit() - report.done());
      List<Long> due = transientDue(payload, last, most);
      if (due.isEmpty()) {
        break;
      }
      // Those that were refused stay due: go on behind them.
      last = due.get(due.size() - 1);
      report = report.plus(redrive(due, pace, true));
    }
    return report;
  }

  private DeadReport redrive(Collection<Long> ids, Pace pace, boolean automatic)
      throws SQLException {
    DeadReport report = DeadReport.NOTHING;
    for (List<Long> chunk : chunks(ids)) {
      RedriveKeys taken = new RedriveKeys(keys, clock.instant());
      report =
          report.plus(
              Transaction.run(
                  dataSource,
                  connection ->
                      new Redrive(connection, outbox, taken, pace, automatic, clock).run(chunk)));
      taken.committed();
    }
    return report;
  }

  private List<Long> waiting(DeadFilter filter, int limit) throws SQLException {
    List<Object> parameters = new ArrayList<>();
    String where = filter.state(DeadState.DEAD).where(parameters);
    return Transaction.run(
        dataSource, connection -> DeadTaskTable.ids(connection, where, parameters, limit));
  }

  private List<Long> transientDue(RedriveTransient.Payload payload, long after, int limit)
      throws SQLException {
    Instant now = clock.instant();
    List<Object> parameters = new ArrayList<>();
    List<String> due = new ArrayList<>();
    for (int tries = 0; tries < payload.maxAutoRedrives(); tries++) {
      Duration interval =
          Duration.ofSeconds(payload.minAge()).multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
      due.add("auto_redrives = ? AND dead_at <= ?");
      parameters.add(tries);
      parameters.add(SqlTimes.text(now.minus(interval)));
    }
    parameters.add(SqlTimes.text(now.minus(Inbox.RETENTION)));
    parameters.add(after);
    String condition =
        "state = 'DEAD' AND transient AND NOT clipped AND ("
            + String.join(" OR ", due)
            + ") AND dead_at > ? AND id > ? AND "
            + payload.where(parameters);
    return Transaction.run(
        dataSource, connection -> DeadTaskTable.ids(connection, condition, parameters, limit));
  }

  /** In ascending order, without duplicates, so that two requests cannot deadlock. */
  private static List<List<Long>> chunks(Collection<Long> ids) {
    List<Long> sorted = new ArrayList<>(new TreeSet<>(ids));
    List<List<Long>> chunks = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += CHUNK) {
      chunks.add(sorted.subList(from, Math.min(from + CHUNK, sorted.size())));
    }
    return chunks;
  }
}
