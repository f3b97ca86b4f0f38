package dev.sluice.bench;

import dev.sluice.database.Database;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench outbox}. */
@Command(
    name = "outbox",
    mixinStandardHelpOptions = true,
    description = "A full outbox, relayed to RabbitMQ, beside plain JDBC and amqp-client.")
final class BenchOutbox implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private TaskCount tasks = new TaskCount();

  @Option(
      names = "--relays",
      defaultValue = "1",
      description = "Relays at once, as in so many processes (default ${DEFAULT-VALUE}).")
  private int relays;

  @Option(
      names = "--database-url",
      defaultValue = "${env:SLUICE_DATABASE_URL}",
      description = "Database to use, jdbc:…; without it a private one is started.")
  private @Nullable String databaseUrl;

  @Override
  public Integer call() throws Exception {
    long count = tasks.count(options);
    options.atLeastOne("--relays", relays);
    try (BenchServers servers = BenchServers.withDatabase(options, databaseUrl);
        BenchRig rig = new BenchRig(servers.rabbitUrl());
        Database database = Database.open(servers.database())) {
      return Report.of(options, rig, OutboxScenario.create(rig, database, count, relays));
    }
  }
}
