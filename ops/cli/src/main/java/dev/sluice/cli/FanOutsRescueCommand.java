package dev.sluice.cli;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice fanouts rescue}. */
@Command(
    name = "rescue",
    mixinStandardHelpOptions = true,
    description = {
      "Enqueues the continuations of lanes anew that have stood still: their messages were lost",
      "with a queue, or are dead. What only waited in a backlog does no harm when its turn comes."
    })
final class FanOutsRescueCommand implements Callable<Integer> {

  @Mixin private FanOutsOptions options = new FanOutsOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Option(
      names = "--still-for",
      defaultValue = "10m",
      paramLabel = "DURATION",
      description = "Lanes that have not moved for so long. Default: ${DEFAULT-VALUE}")
  private Duration stillFor = Duration.ofMinutes(10);

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        longTasks -> {
          List<String> rescued = longTasks.rescue(stillFor);
          if (options.json) {
            servers.print(Json.line(Map.of("rescued", rescued)));
          } else {
            rescued.forEach(servers::print);
            servers.print("rescued " + rescued.size());
          }
          return 0;
        });
  }
}
