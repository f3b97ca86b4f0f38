package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.GatewayProcess;
import dev.sluice.cli.process.LateDatabase;
import dev.sluice.cli.process.ServedTimelines;
import dev.sluice.cli.process.SpoolPlan;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.gateway.Clients;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.spool.SpoolOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice gateway}. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    subcommands = GatewayTokenCommand.class,
    description = {
      "Enqueues tasks for applications that speak HTTP: POST /v1/tasks/NAME, see /openapi.json.",
      "Closed until gateway.tokens names somebody: `sluice gateway token NAME`.",
      "SIGTERM or Ctrl-C: takes nothing new, finishes what runs within gateway.shutdownDeadline."
    })
final class GatewayCommand implements Callable<Integer> {

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    SluiceSettings settings = options.load();
    Logging.ofProcess();
    Clients clients = Clients.of(settings.gateway(), options.main().environment());
    StopSignal stop = StopSignal.install();
    try (Closing closing = new Closing()) {
      Optional<LateDatabase> database = database(settings, closing);
      Optional<Broker> broker = broker(settings, closing);
      SpoolOptions spool =
          SpoolPlan.of(settings.spool(), options.workFolder().resolve("spool").resolve("gateway"));
      ServedTimelines timelines =
          closing.add(ServedTimelines.open(settings, database, replica(settings, closing), broker));
      new GatewayProcess(settings, clients, spool, broker, database, timelines.timelines())
          .run(stop);
    }
    return 0;
  }

  private Optional<Broker> broker(SluiceSettings settings, Closing closing) {
    if (settings.spool().relay() || !settings.producer().queues().isEmpty()) {
      return Optional.of(closing.add(options.brokerUnawaited(settings, "gateway")));
    }
    options.say("no broker: `sluice relay` empties the spool");
    return Optional.empty();
  }

  private Optional<LateDatabase> replica(SluiceSettings settings, Closing closing) {
    return settings
        .database()
        .replicaUrl()
        .map(
            url ->
                closing.add(
                    LateDatabase.replica(() -> options.main().servers().replica(settings))));
  }

  private Optional<LateDatabase> database(SluiceSettings settings, Closing closing) {
    if (settings.database().url().isEmpty()) {
      options.say("no database: the gateway tells no states of tasks");
      return Optional.empty();
    }
    options.say("database " + settings.database().url().get());
    return Optional.of(
        closing.add(new LateDatabase(() -> options.main().servers().database(settings))));
  }
}
