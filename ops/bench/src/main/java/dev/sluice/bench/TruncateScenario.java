package dev.sluice.bench;

import dev.sluice.bench.CommitLoad.Times;
import dev.sluice.cli.CommandFailed;
import dev.sluice.worker.Worker;
import dev.sluice.worker.longtask.LongTasks;
import dev.sluice.worker.longtask.Progress;
import dev.sluice.worker.retention.BatchLimits;
import dev.sluice.worker.retention.Retention;
import dev.sluice.worker.retention.TableTruncation;
import dev.sluice.worker.retention.TruncateTable;
import dev.sluice.worker.retention.TruncationListener;
import dev.sluice.worker.retention.TruncationReport;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Tables are truncated by a worker: one without partitions beside a load that writes to it, in
 * turns with and without the truncation, then to the end; and one with a partition for each day.
 */
final class TruncateScenario implements AutoCloseable {
  private static final String ROWS = "bench_event";
  private static final String PARTITIONS = "bench_event_day";
  private static final String MAIN = "main";

  /** What a step takes that was under way, and what the server does afterwards. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private static final long PATIENCE_SECONDS = 3600;

  private final BenchRig rig;
  private final DataSource dataSource;
  private final PrintStream text;
  private final Worker worker;
  private final LongTasks longTasks;
  private final BlockingQueue<TruncationReport> reports = new LinkedBlockingQueue<>();

  /**
   * Starts the worker.
   *
   * @param dataSource for the load
   * @param ofWorker a pool of its own
   */
  TruncateScenario(
      BenchRig rig,
      DataSource dataSource,
      DataSource ofWorker,
      BatchLimits batch,
      PrintStream text) {
    this.rig = rig;
    this.dataSource = dataSource;
    this.text = text;
    longTasks = new LongTasks(ofWorker, rig.producer(), InstantSource.system());
    worker = Worker.open(rig.worker().dataSource(ofWorker).queue(TruncateTable.TYPE.queue()));
    TableTruncation.of(
            TableTruncation.Options.of(Map.of(MAIN, ofWorker), InstantSource.system())
                .tables(List.of(retention(ROWS).batch(batch), retention(PARTITIONS)))
                .listeners(List.of(new Reports())))
        .register(worker);
    worker.start();
  }

  private static Retention retention(String table) {
    return Retention.of(table, table, "created_at", EventTable.KEEP);
  }

  private final class Reports implements TruncationListener {
    @Override
    public void done(TruncationReport report) {
      reports.add(report);
    }
  }

  /** Truncates rows beside a load. */
  TruncateOutcome.Deleted delete(TruncateOutcome.Plan plan) throws Exception {
    EventTable table = new EventTable(dataSource, ROWS, plan.rows());
    table.create();
    Instant now = filled(table);
    CommitLoad load = new CommitLoad(table, plan.perSecond());
    load.run(plan.phase());
    TruncateOutcome.Turns turns = new TruncateOutcome.Turns();
    TruncationReport report = null;
    for (int round = 1; round <= plan.rounds() && report == null; round++) {
      Times quiet = load.run(plan.phase());
      begin(round == 1);
      long start = System.nanoTime();
      Times truncating = load.run(plan.phase());
      report = reports.poll();
      if (report == null) {
        longTasks.pause(run());
      }
      turns.add(quiet, truncating, System.nanoTime() - start);
      text.printf(
          "round %d  p99 of commits %,d µs, beside the truncation %,d µs%n",
          round, quiet.p99() / 1000, truncating.p99() / 1000);
      LockSupport.parkNanos(SETTLE.toNanos());
    }
    if (report == null) {
      begin(false);
      long start = System.nanoTime();
      while (report == null) {
        load.run(Duration.ofSeconds(2));
        report = reports.poll();
        giveUp(start);
      }
      turns.addTime(System.nanoTime() - start);
    }
    long left = table.left(now);
    long lost = table.young() + load.written() - (table.rows() - left);
    return new TruncateOutcome.Deleted(turns, report.rows(), lost, left);
  }

  /** Drops partitions. */
  TruncateOutcome.Dropped drop(long rows) throws Exception {
    EventTable table = new EventTable(dataSource, PARTITIONS, rows);
    table.createPartitioned(Instant.now());
    Instant now = filled(table);
    rig.producer().enqueue(TruncateTable.TYPE, new TruncateTable(PARTITIONS));
    TruncationReport report = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (report == null) {
      throw new CommandFailed("the partitions were not dropped within an hour");
    }
    long left = table.left(now);
    return new TruncateOutcome.Dropped(
        EventTable.DAYS, rows, report.seconds(), table.young() - (table.rows() - left), left);
  }

  private Instant filled(EventTable table) throws Exception {
    Instant now = Instant.now();
    long start = System.nanoTime();
    table.fill(now);
    text.printf(
        "%s: %,d rows that are too old and %,d that are not, filled in %d s%n",
        table.name(),
        table.oldRows(),
        table.young(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    return now;
  }

  private void begin(boolean first) throws Exception {
    if (first) {
      rig.producer().enqueue(TruncateTable.TYPE, new TruncateTable(ROWS));
    } else {
      longTasks.resume(run());
    }
  }

  /** The id of the run that has not ended; it may have ended a moment ago. */
  private String run() throws Exception {
    List<Progress> open = longTasks.open(1);
    @Nullable Progress one = open.isEmpty() ? null : open.get(0);
    return one == null ? "" : one.id();
  }

  private static void giveUp(long start) {
    if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
      throw new CommandFailed("the truncation has not ended within an hour");
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
