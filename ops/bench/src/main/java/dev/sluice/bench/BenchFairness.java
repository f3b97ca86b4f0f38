package dev.sluice.bench;

import dev.sluice.bench.FloodScenario.Flood;
import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.load.Pace;
import dev.sluice.database.Database;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench fairness}. */
@Command(
    name = "fairness",
    mixinStandardHelpOptions = true,
    description = {
      "How long interactive tasks wait for their start while the same worker has a flooded bulk queue",
      "beside them, and while the flood is in their own queue."
    })
final class BenchFairness implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--rate",
      defaultValue = "20",
      description = "Interactive tasks a second (default ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Length of a round (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--bulk",
      defaultValue = "20000",
      description = "Bulk tasks that wait at the start (default ${DEFAULT-VALUE}).")
  private int bulk;

  @Option(
      names = "--concurrency",
      defaultValue = "4",
      description = "Of the worker in all (default ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--weight",
      defaultValue = "4",
      description = "Of the interactive queue; the bulk queue has 1 (default ${DEFAULT-VALUE}).")
  private int weight;

  @Option(
      names = "--slo",
      defaultValue = "100",
      paramLabel = "MS",
      description = "Within this interactive tasks should start (default ${DEFAULT-VALUE}).")
  private int slo;

  @Option(
      names = "--database-url",
      defaultValue = "${env:SLUICE_DATABASE_URL}",
      description = "Database to use, jdbc:…; without it a private one is started.")
  private @Nullable String databaseUrl;

  @Override
  public Integer call() throws Exception {
    Pace pace =
        new Pace(
            options.atLeastOne("--rate", rate),
            Duration.ofSeconds(options.atLeastOne("--seconds", seconds)));
    Flood flood =
        new Flood(
            options.atLeastOne("--bulk", bulk),
            options.atLeastOne("--concurrency", concurrency),
            options.atLeastOne("--weight", weight),
            Duration.ofMillis(options.atLeastOne("--slo", slo)));
    try (BenchServers servers = BenchServers.withDatabase(options, databaseUrl);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database().poolSize(concurrency + 4))) {
      database.migrate();
      EffectTables tables = new EffectTables(database.dataSource());
      tables.create();
      PrintStream text = options.text();
      text.println(Machine.describe());
      text.println(rig.broker().health().detail());
      text.println("database: " + new OutboxTable(tables.dataSource()).server());
      text.printf(
          "interactive: %d tasks/s for %d s; bulk: %,d tasks that wait; each a transaction of two"
              + " rows; one worker, concurrency %d in all%n",
          rate, seconds, bulk, concurrency);
      text.printf(
          "alone: no bulk; one-queue: bulk in the same queue, before them; sluice: queues of their"
              + " own, weights %d and 1%n",
          weight);
      text.println("the call: from its enqueue to the start of its handler");
      List<PacedResult> results =
          new PacedComparison(
                  "fairness", "tasks/s", new FloodScenario(rig, tables, pace, flood).subjects())
              .run(options.rounds(), text);
      PacedComparison.print(results, text);
      options.printJson(results.stream().map(result -> result.json(results.get(0))).toList());
      return PacedComparison.sound(results) ? 0 : 1;
    }
  }
}
