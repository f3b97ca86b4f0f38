package dev.sluice.cli;

import dev.sluice.worker.dead.DeadState;
import dev.sluice.worker.dead.DeadTask;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice dead list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists dead tasks, the latest first.")
final class DeadListCommand implements Callable<Integer> {
  private static final int DETAIL = 60;

  @Mixin private DeadFilterOptions filter = new DeadFilterOptions();
  @Mixin private DeadTasksOptions options = new DeadTasksOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Option(
      names = "--state",
      defaultValue = "DEAD",
      paramLabel = "STATE",
      description = "In this state: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private DeadState state = DeadState.DEAD;

  @Option(names = "--any-state", description = "Whatever became of them.")
  private boolean anyState;

  @Option(
      names = "--limit",
      defaultValue = "50",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        (deadTasks, settings) -> {
          List<DeadTask> found =
              deadTasks.list(filter.filter(settings, anyState ? null : state), limit);
          if (options.json) {
            found.forEach(task -> servers.print(Json.line(DeadTaskView.of(task))));
          } else if (found.isEmpty()) {
            servers.say("no dead task");
          } else {
            servers.print(table(found));
          }
          return 0;
        });
  }

  private static String table(List<DeadTask> tasks) {
    Table table = new Table("ENTRY", "DIED", "TASK", "QUEUE", "REASON", "ATTEMPTS", "STATE", "WHY");
    for (DeadTask task : tasks) {
      table.row(
          task.id(),
          task.deadAt().truncatedTo(ChronoUnit.SECONDS),
          task.taskName() == null ? "-" : task.taskName(),
          task.queue(),
          task.reason(),
          task.attempts(),
          task.state(),
          clipped(task.detail()));
    }
    return table.toString();
  }

  private static String clipped(String detail) {
    String line = detail.lines().findFirst().orElse("");
    return line.length() <= DETAIL ? line : line.substring(0, DETAIL - 1) + "…";
  }
}
