package dev.sluice.cli;

import dev.sluice.devservices.Generation;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.devservices.ServiceStatus;
import dev.sluice.devservices.StandingServices;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts private RabbitMQ, MariaDB or MySQL, and Redis on free ports of this machine.",
      "No system service is started. Every command uses these servers when no URL is set;"
          + " `sluice down` ends them."
    })
final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--servers",
      paramLabel = "GENERATION",
      description =
          "Versions of this Debian release: bookworm (the machine's own packages), trixie, sid."
              + " Default: bookworm")
  private @Nullable String servers;

  @Option(
      names = "--management",
      description = "With RabbitMQ's management page; the start takes some seconds more.")
  private boolean management;

  @Option(names = "--json", description = "Print JSON alone on standard output.")
  private boolean json;

  @Mixin private Output options = new Output();

  @Override
  public Integer call() {
    ServiceOptions wanted = ServiceOptions.all();
    if (servers != null) {
      wanted = wanted.withGeneration(generation(servers));
    }
    StandingServices standing = StandingServices.find();
    options.say("starting servers of " + wanted.generation().id());
    List<ServiceStatus> started = standing.up(management ? wanted.withManagement() : wanted);
    options.say("their URLs are in " + standing.envFile());
    return ServiceStatusPrinter.print(options, json, started);
  }

  private Generation generation(String name) {
    try {
      return Generation.named(name);
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }
}
