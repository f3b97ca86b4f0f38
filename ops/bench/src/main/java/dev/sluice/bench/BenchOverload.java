package dev.sluice.bench;

import dev.sluice.bench.OverloadScenario.Outcome;
import dev.sluice.bench.OverloadScenario.Overload;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.rates.Series;
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

/** {@code sluice bench overload}. */
@Command(
    name = "overload",
    mixinStandardHelpOptions = true,
    description = {
      "Ten times what the database can take, for two minutes: the server's own statement times, the",
      "worker's heap, and whether anything is lost."
    })
final class BenchOverload implements Callable<Integer> {
  private static final double TARGET = 1.5;

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private ChartFiles files = new ChartFiles();

  @Option(
      names = "--factor",
      defaultValue = "10",
      description = "How many times what the database can take (default ${DEFAULT-VALUE}).")
  private int factor;

  @Option(
      names = "--seconds",
      defaultValue = "120",
      description = "Length of the overload (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--normal",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description =
          "Length of the normal load before it, half of what the database can take (default"
              + " ${DEFAULT-VALUE}).")
  private int normal;

  @Option(
      names = "--probe",
      defaultValue = "15",
      paramLabel = "SECONDS",
      description =
          "How long it is found out what the database can take (default ${DEFAULT-VALUE}).")
  private int probe;

  @Option(
      names = "--ceiling",
      defaultValue = "50",
      paramLabel = "PERCENT",
      description =
          "The ceiling, of what the database can take; 0 for none, which leaves it to the adaptive"
              + " limit (default ${DEFAULT-VALUE}).")
  private int ceiling;

  @Option(
      names = "--sampling",
      defaultValue = "10",
      description = "One of so many statements is timed (default ${DEFAULT-VALUE}).")
  private int sampling;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where files for the run are made and deleted (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Override
  public Integer call() throws Exception {
    Overload overload = overload();
    List<Outcome> rounds = new ArrayList<>();
    try (Scratch scratch = Scratch.in(folder);
        BenchServers servers = BenchServers.withDatabase(options, null);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database())) {
      database.migrate();
      EffectTables tables = new EffectTables(database.dataSource());
      tables.create();
      describe(rig, tables);
      for (int round = 1; round <= options.rounds(); round++) {
        Outcome outcome =
            new OverloadScenario(servers, rig, tables, scratch.folder(), overload).run(round);
        rounds.add(outcome);
        print(round, outcome);
      }
    }
    files.write(OverloadScenario.chart(rounds.get(rounds.size() - 1), overload));
    return report(rounds);
  }

  private Overload overload() {
    options.atLeastOne("--factor", factor);
    options.atLeastOne("--seconds", seconds);
    options.atLeastOne("--normal", normal);
    options.atLeastOne("--probe", probe);
    options.atLeastOne("--sampling", sampling);
    if (ceiling < 0 || ceiling > 100) {
      throw options.wrong("--ceiling must be 0 to 100 percent, is " + ceiling);
    }
    return new Overload(
        factor,
        Duration.ofSeconds(probe),
        Duration.ofSeconds(normal),
        Duration.ofSeconds(seconds),
        ceiling / 100.0,
        sampling);
  }

  private void describe(BenchRig rig, EffectTables tables) throws Exception {
    PrintStream text = options.text();
    text.println(Machine.describe());
    text.println(rig.broker().health().detail());
    text.println("database: " + new OutboxTable(tables.dataSource()).server());
    text.printf(
        "a task is a transaction of %d statements, a row each, and its row of the inbox%n",
        BenchWorker.LINES);
    text.printf(
        "found out for %d s what the database takes without a ceiling; normal load is half of it"
            + " for %d s, overload %d times of it for %d s; ceiling %d %% of it%n",
        probe, normal, factor, seconds, ceiling);
    text.printf(
        "worker: a process with a heap of %d MB, ended amid its work; audited are the table and what"
            + " is left in the queue; statement times from MariaDB's slow query log, one of %d"
            + " statements, commits included%n",
        GovernedWorker.HEAP_MEGABYTES, sampling);
  }

  private void print(int round, Outcome outcome) {
    options
        .text()
        .printf(
            "round %d  takes %,.0f tasks/s, ceiling %,d rows/s, enqueued %,.0f tasks/s: statements"
                + " p99 %,d µs, at normal load %,d µs (%.2f); %,.0f rows/s, p99 of one-second windows"
                + " %,.0f; heap %d → %d MB; %,.0f waiting; lost %d, double %d, failed %d%n",
            round,
            outcome.capacity(),
            outcome.ceiling(),
            outcome.offered(),
            outcome.overloadTimes().getValueAtPercentile(99),
            outcome.normalTimes().getValueAtPercentile(99),
            outcome.ratio(),
            outcome.written(),
            Series.percentile(outcome.during(), 99),
            outcome.heapBefore() >> 20,
            outcome.heapAfter() >> 20,
            Series.percentile(outcome.waiting(), 100),
            outcome.audit().lost(),
            outcome.audit().doubled(),
            outcome.failed());
  }

  private int report(List<Outcome> rounds) throws IOException {
    double ratio = Medians.of(rounds, Outcome::ratio);
    options
        .text()
        .printf(
            "overload: p99 of statements %.2f of that at normal load, target %.2f: %s%n",
            ratio, TARGET, ratio <= TARGET ? "met" : "missed");
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("scenario", "overload");
    line.put("subject", "sluice");
    line.put("rate", Math.round(Medians.of(rounds, Outcome::written)));
    line.put("unit", "rows/s");
    line.put("p50_us", percentile(rounds, 50));
    line.put("p99_us", percentile(rounds, 99));
    line.put("p999_us", percentile(rounds, 99.9));
    line.put("ratio_to_raw", null);
    line.put("rounds", rounds.size());
    line.put("lost", rounds.stream().mapToLong(r -> r.audit().lost()).sum());
    line.put("double", rounds.stream().mapToLong(r -> r.audit().doubled()).sum());
    line.put("failed", rounds.stream().mapToLong(Outcome::failed).sum());
    line.put(
        "normal_p99_us",
        Math.round(Medians.of(rounds, r -> r.normalTimes().getValueAtPercentile(99))));
    line.put("p99_ratio", Math.round(ratio * 1000) / 1000.0);
    line.put("capacity_tasks_per_second", Math.round(Medians.of(rounds, Outcome::capacity)));
    line.put("offered_tasks_per_second", Math.round(Medians.of(rounds, Outcome::offered)));
    line.put("ceiling", Math.round(Medians.of(rounds, Outcome::ceiling)));
    line.put("window_p99", Math.round(Medians.of(rounds, r -> Series.percentile(r.during(), 99))));
    line.put("heap_mb", rounds.stream().mapToLong(r -> r.heapAfter() >> 20).max().orElse(0));
    line.put(
        "heap_before_mb", rounds.stream().mapToLong(r -> r.heapBefore() >> 20).max().orElse(0));
    options.printJson(List.of(line));
    return rounds.stream().allMatch(r -> r.audit().lost() == 0 && r.audit().doubled() == 0) ? 0 : 1;
  }

  private static long percentile(List<Outcome> rounds, double percentile) {
    return Math.round(Medians.of(rounds, r -> r.overloadTimes().getValueAtPercentile(percentile)));
  }
}
