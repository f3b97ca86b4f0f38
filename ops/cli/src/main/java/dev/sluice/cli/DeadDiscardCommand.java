package dev.sluice.cli;

import dev.sluice.worker.dead.DeadReport;
import dev.sluice.worker.dead.DeadState;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice dead discard}. */
@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description = "Drops dead tasks for good: no copy of them is ever applied.")
final class DeadDiscardCommand implements Callable<Integer> {

  @Mixin private DeadChoice choice = new DeadChoice();
  @Mixin private DeadTasksOptions options = new DeadTasksOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        (deadTasks, settings) -> {
          choice.check(settings, servers);
          DeadReport report =
              choice.entries.isEmpty()
                  ? deadTasks.discard(choice.filter.filter(settings, DeadState.DEAD), choice.limit)
                  : deadTasks.discard(choice.entries);
          return DeadReportPrinter.print(servers, options.json, "discarded", report);
        });
  }
}
