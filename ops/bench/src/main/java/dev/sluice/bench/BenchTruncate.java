package dev.sluice.bench;

import dev.sluice.database.Database;
import dev.sluice.worker.retention.BatchLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench truncate}. */
@Command(
    name = "truncate",
    mixinStandardHelpOptions = true,
    description = {
      "Millions of old rows are deleted beside a load that writes to the same table: what that does",
      "to the load's commits, in turns with and without; and how long partitions take to be dropped."
    })
final class BenchTruncate implements Callable<Integer> {
  private static final double TARGET = 1.5;
  private static final double DROP_TARGET = 1;
  private static final BatchLimits DEFAULTS = BatchLimits.DEFAULTS;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--rows",
      defaultValue = "5000000",
      description = "Rows that are too old (default ${DEFAULT-VALUE}).")
  private long rows;

  @Option(
      names = "--load",
      defaultValue = "200",
      paramLabel = "N",
      description = "Transactions a second of the load (default ${DEFAULT-VALUE}).")
  private int load;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Length of a turn (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(names = "--batch-rows", description = "Setting batch.rows of the retention.")
  private @Nullable Integer batchRows;

  @Option(
      names = "--batch-time",
      paramLabel = "MS",
      description = "Setting batch.time of the retention, milliseconds.")
  private @Nullable Integer batchTime;

  @Option(names = "--rest", description = "Setting batch.rest of the retention.")
  private @Nullable Double rest;

  @Override
  public Integer call() throws Exception {
    if (rows < 1000) {
      throw options.wrong("--rows must be at least 1000, is " + rows);
    }
    TruncateOutcome.Plan plan =
        new TruncateOutcome.Plan(
            rows,
            options.atLeastOne("--load", load),
            Duration.ofSeconds(options.atLeastOne("--seconds", seconds)),
            options.rounds());
    BatchLimits batch = batch();
    try (BenchServers servers = BenchServers.withDatabase(options, null);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database());
        Database ofWorker = Database.open(servers.database())) {
      database.migrate();
      new FollowerTable(database.dataSource()).prepare();
      describe(rig, database, batch);
      try (TruncateScenario scenario =
          new TruncateScenario(
              rig, database.dataSource(), ofWorker.dataSource(), batch, options.text())) {
        return report(
            new TruncateOutcome(scenario.delete(plan), scenario.drop(Math.max(1000, rows / 5))));
      }
    }
  }

  private BatchLimits batch() {
    try {
      return new BatchLimits(
          batchRows == null ? DEFAULTS.rows() : batchRows,
          batchTime == null ? DEFAULTS.time() : Duration.ofMillis(batchTime),
          rest == null ? DEFAULTS.rest() : rest);
    } catch (IllegalArgumentException e) {
      throw options.wrong("--batch-rows, --batch-time, --rest: " + e.getMessage());
    }
  }

  private void describe(BenchRig rig, Database database, BatchLimits batch) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe() + ", load " + loadAverage());
    text.println(rig.broker().health().detail());
    text.println("database: " + new OutboxTable(database.dataSource()).server());
    text.printf(
        "load: %d transactions/s of %d rows into the table that is truncated; turns of %d s%n",
        load, CommitLoad.ROWS, seconds);
    text.printf(
        "batches of at most %d rows in %d ms, rest %.1f times as long%n",
        batch.rows(), batch.time().toMillis(), batch.rest());
  }

  private int report(TruncateOutcome outcome) throws IOException {
    TruncateOutcome.Deleted deleted = outcome.deleted();
    TruncateOutcome.Dropped dropped = outcome.dropped();
    double ratio = deleted.turns().ratio();
    Histogram commits = deleted.turns().commits();
    Histogram quiet = deleted.turns().quietCommits();
    PrintStream text = options.text();
    text.printf(
        "truncate: %,d rows at %,.0f rows/s; p99 of commits %,d µs, %,d µs without: %.2f, target %.1f:"
            + " %s%n",
        deleted.rows(),
        deleted.rowsPerSecond(),
        micros(commits, 99),
        micros(quiet, 99),
        ratio,
        TARGET,
        ratio <= TARGET ? "met" : "missed");
    text.printf(
        "%d partitions with %,d rows dropped in %.2f s, target %.0f s: %s; load of the machine %s%n",
        dropped.partitions(),
        dropped.rows(),
        dropped.seconds(),
        DROP_TARGET,
        dropped.seconds() < DROP_TARGET ? "met" : "missed",
        loadAverage());
    long lost = deleted.lost() + dropped.lost();
    long left = deleted.left() + dropped.left();
    text.printf("%d rows too many are gone, %d too few%n", lost, left);
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", "truncate");
    line.put("subject", "sluice");
    line.put("rate", Math.round(deleted.rowsPerSecond()));
    line.put("unit", "rows/s");
    line.put("p50_us", micros(commits, 50));
    line.put("p99_us", micros(commits, 99));
    line.put("p999_us", micros(commits, 99.9));
    line.put("ratio_to_raw", null);
    line.put("rounds", deleted.turns().count());
    line.put("lost", lost);
    line.put("double", left);
    line.put("rows", deleted.rows());
    line.put("quiet_p50_us", micros(quiet, 50));
    line.put("quiet_p99_us", micros(quiet, 99));
    line.put("p99_ratio", rounded(ratio));
    line.put("transaction_p99_us", micros(deleted.turns().whole(), 99));
    line.put("dropped_rows", dropped.rows());
    line.put("drop_seconds", rounded(dropped.seconds()));
    line.put("load_average", loadAverage());
    options.printJson(List.of(line));
    return lost == 0 && left == 0 ? 0 : 1;
  }

  private static long micros(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1000;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** Of the last minute; what else runs there spoils the figures. */
  private static String loadAverage() throws IOException {
    Path file = Path.of("/proc/loadavg");
    return Files.exists(file) ? Files.readString(file).split(" ")[0] : "unknown";
  }
}
