package dev.sluice.cli;

import dev.sluice.scheduler.FiringRow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule firings}. */
@Command(
    name = "firings",
    mixinStandardHelpOptions = true,
    description = "Lists the firings of a job, the newest first, and what came of each.")
final class ScheduleFiringsCommand implements Callable<Integer> {

  @Parameters(paramLabel = "JOB", description = "As sluice schedule list prints it.")
  private String job = "";

  @Option(
      names = "--limit",
      defaultValue = "50",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    if (limit < 1) {
      throw servers.wrong("--limit must be at least 1, is " + limit);
    }
    return options.run(
        servers,
        schedules -> {
          ScheduleOptions.find(schedules, job);
          List<FiringRow> firings = schedules.firings(job, limit);
          if (options.json) {
            firings.forEach(firing -> servers.print(Json.line(ScheduleView.of(firing))));
          } else if (firings.isEmpty()) {
            servers.say("job " + job + " has not fired yet");
          } else {
            servers.print(table(firings));
          }
          return 0;
        });
  }

  private static String table(List<FiringRow> firings) {
    Table table = new Table("DUE", "ORIGIN", "STATE", "TASK", "FIRED", "ENDED", "MS");
    for (FiringRow firing : firings) {
      Duration duration = firing.duration();
      table.row(
          firing.fireTime(),
          ScheduleView.word(firing.origin()),
          ScheduleView.word(firing.state()),
          firing.taskId() == null ? "-" : firing.taskId(),
          firing.firedAt(),
          firing.endedAt() == null ? "-" : firing.endedAt(),
          duration == null ? "-" : duration.toMillis());
    }
    return table.toString();
  }
}
