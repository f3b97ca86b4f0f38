package dev.sluice.cli;

import dev.sluice.scheduler.FiringRow;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Fires jobs now, whatever their schedule.",
      "Also those that are paused or disabled, and while an earlier firing runs. The task leaves"
          + " through the outbox, which a running worker or scheduler relays."
    })
final class ScheduleRunCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "JOB",
      description = "As sluice schedule list prints it.")
  private List<String> jobs = List.of();

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        schedules -> {
          for (String job : jobs) {
            ScheduleOptions.find(schedules, job);
          }
          for (String job : jobs) {
            FiringRow fired = schedules.runNow(job);
            servers.print(
                options.json
                    ? Json.line(ScheduleView.of(fired))
                    : "job " + job + " fired at " + fired.fireTime() + ", task " + fired.taskId());
          }
          return 0;
        });
  }
}
