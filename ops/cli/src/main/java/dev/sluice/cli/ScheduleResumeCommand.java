package dev.sluice.cli;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets paused jobs fire again, from now on.")
final class ScheduleResumeCommand implements Callable<Integer> {

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
        schedules ->
            ScheduleOptions.change(
                schedules, options.json, servers, jobs, "resumed", schedules::resume));
  }
}
