package dev.sluice.cli;

import dev.sluice.cli.process.JobText;
import dev.sluice.scheduler.FiringRow;
import dev.sluice.scheduler.ScheduledJob;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice schedule list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the jobs: when each is due and what came of it.",
      "LAST is its newest firing, OPEN how many firings have not ended."
    })
final class ScheduleListCommand implements Callable<Integer> {

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private SettingsOptions servers = new SettingsOptions();

  @Override
  public Integer call() throws SQLException {
    return options.run(
        servers,
        schedules -> {
          List<ScheduledJob> jobs = schedules.list();
          if (options.json) {
            jobs.forEach(job -> servers.print(Json.line(ScheduleView.of(job))));
            servers.print(Json.line(summary(jobs)));
          } else if (jobs.isEmpty()) {
            servers.say(ScheduleOptions.none());
          } else {
            servers.print(table(jobs));
          }
          return 0;
        });
  }

  private static Map<String, Object> summary(List<ScheduledJob> jobs) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("jobs", jobs.size());
    for (String state : List.of("active", "paused", "disabled")) {
      summary.put(
          state, jobs.stream().filter(job -> ScheduleView.state(job).equals(state)).count());
    }
    return summary;
  }

  private static String table(List<ScheduledJob> jobs) {
    Table table = new Table("JOB", "STATE", "DUE", "NEXT", "TASK", "QUEUE", "LAST", "OPEN");
    for (ScheduledJob job : jobs) {
      table.row(
          job.spec().name(),
          ScheduleView.state(job),
          JobText.timing(job.spec()),
          seconds(job.next()),
          job.spec().task(),
          job.spec().queue(),
          last(job.last()),
          job.open());
    }
    return table.toString();
  }

  private static String last(@Nullable FiringRow last) {
    return last == null ? "-" : ScheduleView.word(last.state()) + " " + seconds(last.fireTime());
  }

  private static String seconds(@Nullable Instant time) {
    return time == null ? "-" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
