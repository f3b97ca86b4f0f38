package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.database.Database;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench write}. */
@Command(
    name = "write",
    mixinStandardHelpOptions = true,
    description = "A full queue, written to the database effectively once, beside JDBC and peers.")
final class BenchWrite implements Callable<Integer> {
  // What the busiest peer has of threads, and what they hold beside them.
  private static final int POOL = 24;

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private TaskCount tasks = new TaskCount();
  @Mixin private SubjectChoice choice = new SubjectChoice();

  @Option(
      names = "--peer-tasks",
      defaultValue = "5000",
      description = "Tasks in each round of the peers that are slow (default ${DEFAULT-VALUE}).")
  private int peerTasks;

  @Option(
      names = "--database-url",
      defaultValue = "${env:SLUICE_DATABASE_URL}",
      description = "MariaDB to use, jdbc:…; without it a private one is started.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where files for the run are made and deleted (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Override
  public Integer call() throws Exception {
    long count = tasks.count(options);
    long few = options.atLeastOne("--peer-tasks", peerTasks);
    try (Scratch scratch = Scratch.in(folder);
        BenchServers servers = BenchServers.withDatabase(options, databaseUrl);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database().poolSize(POOL))) {
      database.migrate();
      EffectTables tables = new EffectTables(database.dataSource());
      Scenario scenario =
          new WriteScenario(rig, tables, servers.database(), scratch.folder(), count, few)
              .create(choice);
      return Report.of(options, rig, scenario);
    }
  }
}
