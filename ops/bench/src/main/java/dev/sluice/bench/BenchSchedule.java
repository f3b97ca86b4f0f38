package dev.sluice.bench;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench schedule}. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description = {
      "How late periodic jobs are fired: many of them due in the same second, again and again, and",
      "all of them in one second; and how long a scheduler takes to start."
    })
final class BenchSchedule implements Callable<Integer> {
  private static final int MINUTE = 60;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--jobs",
      defaultValue = "1000",
      description = "Jobs of a scheduler (default ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--due",
      defaultValue = "100",
      description = "How many of them are due in the same second (default ${DEFAULT-VALUE}).")
  private int due;

  @Option(
      names = "--every",
      defaultValue = "1",
      paramLabel = "SECONDS",
      description = "Seconds from one such second to the next (default ${DEFAULT-VALUE}).")
  private int every;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Length of a round (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--lead",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description =
          "Time to store the jobs that are all due in one second (default ${DEFAULT-VALUE}).")
  private int lead;

  @Option(
      names = "--schedulers",
      defaultValue = "1",
      description = "Schedulers on the database (default ${DEFAULT-VALUE}).")
  private int schedulers;

  @Option(
      names = "--database-url",
      defaultValue = "${env:SLUICE_DATABASE_URL}",
      description = "Database to use, jdbc:…; without it a private one is started.")
  private @Nullable String databaseUrl;

  @Override
  public Integer call() throws Exception {
    BenchJobs benchJobs = benchJobs();
    try (BenchServers servers = BenchServers.withDatabase(options, databaseUrl);
        BenchRig rig = new BenchRig(servers.rabbitUrl())) {
      List<Database> databases = new ArrayList<>();
      try {
        DatabaseOptions pool = servers.database();
        for (int i = 0; i < options.atLeastOne("--schedulers", schedulers); i++) {
          databases.add(Database.open(pool));
        }
        databases.get(0).migrate();
        return new ScheduleScenario(
                rig, databases, benchJobs, seconds, options.atLeastOne("--lead", lead))
            .run(options);
      } finally {
        databases.forEach(Database::close);
      }
    }
  }

  private BenchJobs benchJobs() {
    options.atLeastOne("--seconds", seconds);
    options.atLeastOne("--due", due);
    options.atLeastOne("--every", every);
    int period = options.atLeastOne("--jobs", jobs) / due * every;
    if (jobs % due != 0 || period > MINUTE || MINUTE % period != 0) {
      throw options.wrong(
          "--jobs / --due * --every, the seconds from one firing of a job to its next, must be a"
              + " whole number that divides "
              + MINUTE);
    }
    return new BenchJobs(jobs, every, period);
  }
}
