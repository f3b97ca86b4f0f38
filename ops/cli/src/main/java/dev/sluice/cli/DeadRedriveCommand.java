package dev.sluice.cli;

import dev.sluice.worker.dead.DeadReport;
import dev.sluice.worker.dead.DeadState;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice dead redrive}. */
@Command(
    name = "redrive",
    mixinStandardHelpOptions = true,
    description = {
      "Sends dead tasks back to their queues, with their old ids and all attempts before them.",
      "They leave through the outbox, which a running worker or scheduler relays."
    })
final class DeadRedriveCommand implements Callable<Integer> {

  @Mixin private DeadChoice choice = new DeadChoice();
  @Mixin private DeadTasksOptions options = new DeadTasksOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Option(
      names = "--rate",
      defaultValue = "10",
      paramLabel = "N",
      description = "Tasks per second. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Override
  public Integer call() throws SQLException {
    if (rate < 1) {
      throw servers.wrong("--rate must be at least 1, is " + rate);
    }
    return options.run(
        servers,
        (deadTasks, settings) -> {
          choice.check(settings, servers);
          DeadReport report =
              choice.entries.isEmpty()
                  ? deadTasks.redrive(
                      choice.filter.filter(settings, DeadState.DEAD), choice.limit, rate)
                  : deadTasks.redrive(choice.entries, rate);
          return DeadReportPrinter.print(servers, options.json, "redriven", report);
        });
  }
}
