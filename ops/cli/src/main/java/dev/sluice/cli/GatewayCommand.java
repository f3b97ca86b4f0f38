package dev.sluice.cli;

import dev.sluice.broker.Broker;
import dev.sluice.cli.process.GatewayProcess;
import dev.sluice.cli.process.LateDatabase;
import dev.sluice.cli.process.StopSignal;
import dev.sluice.gateway.Clients;
import dev.sluice.settings.SluiceSettings;
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
      Optional<LateDatabase> database = Optional.empty();
      if (settings.database().url().isPresent()) {
        options.say("database " + settings.database().url().get());
        database =
            Optional.of(
                closing.add(new LateDatabase(() -> options.main().servers().database(settings))));
      } else {
        options.say("no database: the gateway tells no states of tasks");
      }
      Broker broker = closing.add(options.brokerUnawaited(settings, "gateway"));
      new GatewayProcess(settings, clients, broker, database).run(stop);
    }
    return 0;
  }
}
