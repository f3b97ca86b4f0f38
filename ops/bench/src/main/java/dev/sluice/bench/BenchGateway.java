package dev.sluice.bench;

import dev.sluice.bench.load.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench gateway}. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description =
        "Requests at a steady rate to a gateway with a small heap: connections kept alive, a new"
            + " one for each request, and very many.")
final class BenchGateway implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--rate",
      defaultValue = "5000",
      description = "Requests a second (default ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Length of a round (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "Connections that are kept alive (default ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--held",
      defaultValue = "10000",
      description = "Connections of the run with very many (default ${DEFAULT-VALUE}).")
  private int held;

  @Option(
      names = "--folder",
      defaultValue = "${env:SLUICE_FOLDER:-.sluice}",
      description = "Where the spool is made and deleted again (default ${DEFAULT-VALUE}).")
  private Path folder = Path.of(".sluice");

  @Override
  public Integer call() throws Exception {
    Pace pace =
        new Pace(
            options.atLeastOne("--rate", rate),
            Duration.ofSeconds(options.atLeastOne("--seconds", seconds)));
    options.atLeastOne("--connections", connections);
    options.atLeastOne("--held", held);
    try (BenchServers servers = BenchServers.rabbit(options);
        Scratch scratch = Scratch.in(folder);
        GatewayChild gateway =
            GatewayChild.start(
                servers.rabbitUrl(), scratch.folder(), Math.max(held, connections))) {
      GatewayRequests requests = new GatewayRequests(servers.rabbitUrl(), gateway);
      return new GatewayScenario(requests, gateway, scratch.folder(), pace, connections)
          .run(options, held);
    }
  }
}
