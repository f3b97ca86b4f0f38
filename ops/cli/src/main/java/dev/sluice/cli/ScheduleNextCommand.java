package dev.sluice.cli;

import dev.sluice.scheduler.ScheduledJob;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice schedule next}. */
@Command(
    name = "next",
    mixinStandardHelpOptions = true,
    description = "Prints the next instants at which a job is due, and in its own time zone.")
final class ScheduleNextCommand implements Callable<Integer> {
  private static final int MOST = 1000;

  @Parameters(paramLabel = "JOB", description = "As sluice schedule list prints it.")
  private String job = "";

  @Option(
      names = "--count",
      defaultValue = "3",
      paramLabel = "N",
      description = "So many, at most " + MOST + ". Default: ${DEFAULT-VALUE}")
  private int count;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    if (count < 1 || count > MOST) {
      throw servers.wrong("--count must be 1 to " + MOST + ", is " + count);
    }
    return options.run(
        servers,
        schedules -> {
          ScheduledJob found = ScheduleOptions.find(schedules, job);
          List<Instant> next = schedules.next(job, count);
          String state = ScheduleView.state(found);
          if (options.json) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("job", job);
            view.put("state", state);
            view.put("zone", found.spec().zone());
            view.put("next", next.stream().map(Instant::toString).toList());
            servers.print(Json.line(view));
          } else {
            if (!state.equals("active")) {
              servers.say("job " + job + " is " + state + ": it is not fired");
            }
            ZoneId zone = ZoneId.of(found.spec().zone());
            next.forEach(due -> servers.print(due + "  " + due.atZone(zone)));
          }
          return 0;
        });
  }
}
