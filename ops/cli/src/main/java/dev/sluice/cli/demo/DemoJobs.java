package dev.sluice.cli.demo;

import dev.sluice.database.Dialect;
import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The built-in jobs, on a schedule of seconds instead of days. */
final class DemoJobs {
  private static final Duration SOON = Duration.ofSeconds(3);
  private static final Duration LATER = Duration.ofSeconds(10);

  /** Longer than any of them takes here, faults included. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private DemoJobs() {}

  static Scheduler start(DemoServers servers) {
    Scheduler scheduler =
        Scheduler.open(
            SchedulerOptions.of(
                servers.database(), servers.broker(), jobs(servers.database().dialect())));
    scheduler.start();
    return scheduler;
  }

  /** What became of their firings. */
  static FiringLedger ledger(DemoServers servers) {
    return new FiringLedger(
        servers.database().dataSource(),
        jobs(servers.database().dialect()).stream().map(JobSpec::name).toList());
  }

  private static List<JobSpec> jobs(Dialect dialect) {
    List<JobSpec> jobs = new ArrayList<>(everywhere());
    if (dialect != Dialect.H2) {
      // H2 reads the whole graph in each of its steps.
      jobs.add(every(LATER, BuiltInJobs.RECOUNT, Map.of()));
    }
    return jobs;
  }

  private static List<JobSpec> everywhere() {
    return List.of(
        every(SOON, BuiltInJobs.TRUNCATE_TIMELINES, Map.of("ratePerSecond", 100_000)),
        every(
            SOON,
            BuiltInJobs.REDRIVE_TRANSIENT,
            Map.of("minAge", 1, "ratePerSecond", 100, "maxAutoRedrives", 20)),
        every(SOON, BuiltInJobs.TRUNCATE_TABLES, Map.of()),
        every(SOON, BuiltInJobs.SWEEP_OUTBOX, Map.of()),
        every(SOON, BuiltInJobs.EXPIRE_KEYS, Map.of()),
        every(LATER, BuiltInJobs.RESCUE_LONG_TASKS, Map.of("stillFor", 60)));
  }

  /** The same job, without jitter, and with further arguments. */
  private static JobSpec every(Duration interval, JobSpec builtIn, Map<String, Object> changed) {
    Map<String, Object> arguments = new HashMap<>(builtIn.kwargs());
    arguments.putAll(changed);
    return JobSpec.every(builtIn.name(), interval, builtIn.task(), builtIn.queue())
        .kwargs(arguments)
        .overlap(builtIn.overlap())
        .timeout(TIMEOUT);
  }
}
