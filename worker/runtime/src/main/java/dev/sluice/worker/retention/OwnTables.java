package dev.sluice.worker.retention;

import dev.sluice.database.DayPartitions;
import dev.sluice.database.InboxPartitions;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.TaskType;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.retention.RowCut.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Sluice's own tables. What is parked in the outbox is not among them: it is never deleted. */
final class OwnTables {
  static final String INBOX = "inbox";

  /** What the names of all of them begin with, those of Quartz among them, whatever the case. */
  static final String PREFIX = "sluice_";

  /**
   * Not sooner than the inbox forgets: a long task that is started anew with the same key has the
   * same ids, and the inbox would take its callback for a duplicate.
   */
  static final Duration LONG_TASKS = Inbox.RETENTION.plusDays(1);

  // The row is all there is of a firing that has no task yet.
  private static final String QUEUED = "state = 'queued'";
  private static final Duration LONGEST_RUN = Duration.ofDays(1);
  private static final long SECONDS_PER_DAY = 86_400;

  private final TruncationTools tools;
  private final OwnRetention keep;

  OwnTables(TruncationTools tools, OwnRetention keep) {
    this.tools = tools;
    this.keep = keep;
  }

  /**
   * All of them.
   *
   * @param databases by their names; one has all tables, the others an inbox each
   */
  List<Part> parts(Map<String, DataSource> databases) {
    List<Part> parts = new ArrayList<>();
    databases.forEach(
        (name, dataSource) ->
            parts.add(new Part(INBOX, name, dataSource, inbox(name, dataSource))));
    DataSource main = databases.get(TaskType.MAIN_DATABASE);
    if (main != null) {
      addMain(parts, main);
    }
    return parts;
  }

  private void addMain(List<Part> parts, DataSource main) {
    parts.add(main("firings", main, firings(main)));
    parts.add(main("dead_tasks", main, deadTasks(main)));
    parts.add(main("long_tasks", main, List.of(new RowCut(longTasks(main)))));
    parts.add(
        main(
            "attempt_marks",
            main,
            List.of(rows(main, "sluice_attempt_mark", "at", Inbox.RETENTION))));
    parts.add(
        main(
            "counter_corrections",
            main,
            List.of(rows(main, "sluice_counter_correction", "at", keep.counterCorrections()))));
  }

  private static Part main(String table, DataSource dataSource, List<Cut> cuts) {
    return new Part(table, TaskType.MAIN_DATABASE, dataSource, cuts);
  }

  /** Whole days as partitions where there are any; ids without a time are in bucket 0. */
  private List<Cut> inbox(String database, DataSource dataSource) {
    Retention days =
        Retention.of(INBOX, "sluice_inbox", "bucket", Inbox.RETENTION)
            .unit(AgeUnit.DAYS)
            .database(database);
    Retention others =
        Retention.of(INBOX, "sluice_inbox", "at", Inbox.RETENTION).database(database);
    return List.of(
        new DialectCut(
            dataSource,
            new PartitionCut(
                "sluice_inbox",
                dataSource,
                Inbox.RETENTION,
                tools.clock(),
                (connection, oldest, now) ->
                    InboxPartitions.maintain(connection, (int) day(oldest), (int) day(now))),
            new RowCut(tools.target(days, dataSource).where("bucket > 0", true))),
        new RowCut(tools.target(others, dataSource).where("bucket = 0", false)));
  }

  private List<Cut> firings(DataSource main) {
    Retention rows = Retention.of("firings", "sluice_job_firing", "fire_time", keep.firings());
    return List.of(
        new ForgottenFirings(main, keep.firings(), tools.clock()),
        new DialectCut(
            main,
            new PartitionCut(
                "sluice_job_firing",
                main,
                keep.firings(),
                tools.clock(),
                (connection, oldest, now) ->
                    DayPartitions.maintain(
                        connection,
                        "sluice_job_firing",
                        date(oldest),
                        date(now),
                        QUEUED + " OR " + running(now))),
            new RowCut(tools.target(rows, main).where("NOT (" + QUEUED + ")", false))));
  }

  /** A backfill may have fired it long after it was due. */
  private static String running(Instant now) {
    return "(state = 'enqueued' AND enqueued_at > '" + SqlTimes.text(now.minus(LONGEST_RUN)) + "')";
  }

  private List<Cut> deadTasks(DataSource main) {
    Retention waiting = Retention.of("dead_tasks", "sluice_dead_task", "dead_at", keep.deadTasks());
    Retention settled =
        Retention.of("dead_tasks", "sluice_dead_task", "state_at", keep.settledDeadTasks());
    return List.of(
        new RowCut(tools.target(waiting, main).where("state = 'DEAD'", true)),
        new RowCut(tools.target(settled, main).where("state <> 'DEAD'", false)));
  }

  private Target longTasks(DataSource main) {
    Retention ended = Retention.of("long_tasks", "sluice_long_task", "ended_at", LONG_TASKS);
    return tools.target(ended, main).with(new Dependents("sluice_long_task_lane", "long_task"));
  }

  private Cut rows(DataSource main, String table, String column, Duration retention) {
    return new RowCut(tools.target(Retention.of(table, table, column, retention), main));
  }

  private static long day(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), SECONDS_PER_DAY);
  }

  private static LocalDate date(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }
}
