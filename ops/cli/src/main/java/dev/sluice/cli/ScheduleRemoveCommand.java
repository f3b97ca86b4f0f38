package dev.sluice.cli;

import dev.sluice.scheduler.JobSource;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule remove}. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = {
      "Removes jobs that sluice schedule add made.",
      "What their firings enqueued goes on. A job of sluice.yaml is removed there, a built-in one is"
          + " given enabled: false there."
    })
final class ScheduleRemoveCommand implements Callable<Integer> {

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
            if (ScheduleOptions.find(schedules, job).source() == JobSource.CONFIGURED) {
              throw new CommandFailed(
                  "job "
                      + job
                      + " is configured: take it out of sluice.yaml, or give a built-in job"
                      + " enabled: false there");
            }
          }
          return ScheduleOptions.change(
              schedules, options.json, servers, jobs, "removed", schedules::remove);
        });
  }
}
