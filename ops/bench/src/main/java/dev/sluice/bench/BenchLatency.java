package dev.sluice.bench;

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

/** {@code sluice bench latency}. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description = {
      "From when a task was due to be enqueued until its effect is committed, at a fixed rate,",
      "whatever becomes of the earlier ones."
    })
final class BenchLatency implements Callable<Integer> {
  private static final int POOL = 12;

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private SubjectChoice choice = new SubjectChoice();

  @Option(
      names = "--rate",
      defaultValue = "200",
      description = "Tasks a second (default ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Length of a round (default ${DEFAULT-VALUE}).")
  private int seconds;

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
    try (BenchServers servers = BenchServers.withDatabase(options, databaseUrl);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database().poolSize(POOL))) {
      database.migrate();
      EffectTables tables = new EffectTables(database.dataSource());
      tables.create();
      PrintStream text = options.text();
      text.println(Machine.describe());
      text.println(rig.broker().health().detail());
      text.println("database: " + new OutboxTable(tables.dataSource()).server());
      text.printf(
          "%,d tasks/s for %d s, enqueued by the same producer for everybody; each is a transaction"
              + " of its own with its row of the inbox and one beside it; %d consumers or slots%n",
          rate, seconds, LatencyScenario.CONCURRENCY);
      text.println(
          "the call: from its enqueue to the commit; sluice: until it is settled, which is later");
      List<PacedResult> results =
          new PacedComparison(
                  "latency", "tasks/s", new LatencyScenario(rig, tables, pace).subjects(choice))
              .run(options.rounds(), text);
      PacedComparison.print(results, text);
      options.printJson(results.stream().map(result -> result.json(results.get(0))).toList());
      return PacedComparison.sound(results) ? 0 : 1;
    }
  }
}
