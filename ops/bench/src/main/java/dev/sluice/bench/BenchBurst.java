package dev.sluice.bench;

import dev.sluice.bench.BurstScenario.Burst;
import dev.sluice.bench.BurstScenario.Outcome;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.database.Database;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench burst}. */
@Command(
    name = "burst",
    mixinStandardHelpOptions = true,
    description = {
      "A burst at the door of a worker that has a ceiling of rows a second; each second's rows are",
      "read from the database server. Once as it is, once with a database that stands still in it."
    })
final class BenchBurst implements Callable<Integer> {
  private static final double TARGET = 1.1;

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private ChartFiles files = new ChartFiles();

  @Option(
      names = "--ceiling",
      defaultValue = "2000",
      description = "Rows a second (default ${DEFAULT-VALUE}).")
  private int ceiling;

  @Option(
      names = "--factor",
      defaultValue = "20",
      description =
          "The burst is so many times the normal load, which is half of what the ceiling lets"
              + " through (default ${DEFAULT-VALUE}).")
  private int factor;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "Length of the burst (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--normal",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "Normal load before and after it (default ${DEFAULT-VALUE}).")
  private int normal;

  @Option(
      names = "--freeze",
      defaultValue = "2",
      paramLabel = "SECONDS",
      description =
          "How long the database stands still (SIGSTOP) in the second subject; 0 leaves it out"
              + " (default ${DEFAULT-VALUE}).")
  private int freeze;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where files for the run are made and deleted (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Override
  public Integer call() throws Exception {
    Burst plain = burst();
    List<Burst> subjects =
        freeze == 0 ? List.of(plain) : List.of(plain.withFreeze(Duration.ofSeconds(freeze)), plain);
    Map<Burst, List<Outcome>> all = new LinkedHashMap<>();
    try (Scratch scratch = Scratch.in(folder);
        BenchServers servers = BenchServers.withDatabase(options, null);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database())) {
      database.migrate();
      EffectTables tables = new EffectTables(database.dataSource());
      tables.create();
      describe(rig, tables);
      for (int round = 1; round <= options.rounds(); round++) {
        for (Burst subject : subjects) {
          Outcome outcome =
              new BurstScenario(servers, rig, tables, scratch.folder(), subject)
                  .run("bench.burst." + name(subject) + "." + round);
          all.computeIfAbsent(subject, key -> new ArrayList<>()).add(outcome);
          print("round " + round, outcome);
        }
      }
    }
    Outcome last = all.get(subjects.get(0)).get(options.rounds() - 1);
    files.write(BurstScenario.chart(last));
    return report(all);
  }

  private Burst burst() {
    options.atLeastOne("--ceiling", ceiling);
    options.atLeastOne("--factor", factor);
    options.atLeastOne("--seconds", seconds);
    options.atLeastOne("--normal", normal);
    if (freeze < 0) {
      throw options.wrong("--freeze must not be below 0, is " + freeze);
    }
    return new Burst(
        ceiling, factor, Duration.ofSeconds(normal), Duration.ofSeconds(seconds), Duration.ZERO);
  }

  private void describe(BenchRig rig, EffectTables tables) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.println(rig.broker().health().detail());
    text.println("database: " + new OutboxTable(tables.dataSource()).server());
    text.printf(
        "ceiling %,d rows/s, %d rows a task; normal load %,.0f tasks/s for %d s, burst %,.0f tasks/s"
            + " for %d s, normal load for %d s%n",
        ceiling,
        EffectTables.ROWS_PER_TASK,
        burst().normal(),
        normal,
        burst().normal() * factor,
        seconds,
        normal);
    text.printf(
        "worker: a process with a heap of %d MB, BatchHandler, batches of up to %d; then the"
            + " ceiling is lifted and the backlog written, for the audit%n",
        GovernedWorker.HEAP_MEGABYTES, SluiceWriter.BATCH.size());
  }

  private static String name(Burst subject) {
    return subject.freeze().isZero() ? "sluice" : "sluice-freeze";
  }

  private void print(String round, Outcome outcome) {
    options
        .text()
        .printf(
            "%-8s %-14s one-second windows p50 %,7.0f, p99 %,7.0f (%.2f), greatest %,7.0f (%.2f)"
                + " rows/s; enqueued %,7.0f tasks/s, %,9.0f waiting; lost %d, double %d, failed"
                + " %d%n",
            round,
            name(outcome.burst()),
            outcome.percentile(50),
            outcome.percentile(99),
            outcome.percentile(99) / ceiling,
            outcome.percentile(100),
            outcome.percentile(100) / ceiling,
            outcome.offered(),
            outcome.peakWaiting(),
            outcome.audit().lost(),
            outcome.audit().doubled(),
            outcome.failed());
  }

  private int report(Map<Burst, List<Outcome>> all) throws IOException {
    List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    boolean sound = true;
    for (Map.Entry<Burst, List<Outcome>> subject : all.entrySet()) {
      List<Outcome> rounds = subject.getValue();
      double p99 = Medians.of(rounds, round -> round.percentile(99));
      lines.add(line(name(subject.getKey()), rounds, p99));
      options
          .text()
          .printf(
              "burst, %s: p99 of one-second windows %.2f of the ceiling, target %.2f: %s%n",
              name(subject.getKey()),
              p99 / ceiling,
              TARGET,
              p99 <= TARGET * ceiling ? "met" : "missed");
      sound &= rounds.stream().allMatch(r -> r.audit().lost() == 0 && r.audit().doubled() == 0);
    }
    options.printJson(lines);
    return sound ? 0 : 1;
  }

  private Map<String, @Nullable Object> line(String subject, List<Outcome> rounds, double p99) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", "burst");
    line.put("subject", subject);
    line.put("rate", Math.round(Medians.of(rounds, Outcome::written)));
    line.put("unit", "rows/s");
    line.put("p50_us", null);
    line.put("p99_us", null);
    line.put("p999_us", null);
    line.put("ratio_to_raw", null);
    line.put("rounds", rounds.size());
    line.put("lost", rounds.stream().mapToLong(r -> r.audit().lost()).sum());
    line.put("double", rounds.stream().mapToLong(r -> r.audit().doubled()).sum());
    line.put("failed", rounds.stream().mapToLong(Outcome::failed).sum());
    line.put("ceiling", ceiling);
    line.put("window_p50", Math.round(Medians.of(rounds, r -> r.percentile(50))));
    line.put("window_p99", Math.round(p99));
    line.put("window_p99_ratio", Math.round(p99 / ceiling * 1000) / 1000.0);
    line.put(
        "window_max",
        Math.round(rounds.stream().mapToDouble(r -> r.percentile(100)).max().orElse(0)));
    line.put("burst_tasks_per_second", Math.round(burst().normal() * factor));
    line.put("waiting_max", Math.round(Medians.of(rounds, Outcome::peakWaiting)));
    line.put("freeze_s", rounds.get(0).burst().freeze().toSeconds());
    return line;
  }
}
