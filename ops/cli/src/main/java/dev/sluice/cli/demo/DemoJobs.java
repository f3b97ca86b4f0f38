package dev.sluice.cli.demo;

import dev.sluice.scheduler.BuiltInJobs;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.scheduler.SchedulerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The built-in jobs, on a schedule of seconds instead of days. */
final class DemoJobs {
  private static final Duration EVERY = Duration.ofSeconds(3);

  private DemoJobs() {}

  static Scheduler start(DemoServers servers) {
    JobSpec truncate = BuiltInJobs.TRUNCATE_TIMELINES;
    JobSpec redrive = BuiltInJobs.REDRIVE_TRANSIENT;
    Scheduler scheduler =
        Scheduler.open(
            SchedulerOptions.of(
                servers.database(),
                servers.broker(),
                List.of(
                    JobSpec.every(truncate.name(), EVERY, truncate.task(), truncate.queue())
                        .kwargs(truncate.kwargs()),
                    JobSpec.every(redrive.name(), EVERY, redrive.task(), redrive.queue())
                        .kwargs(
                            Map.of("minAge", 1, "ratePerSecond", 100, "maxAutoRedrives", 20)))));
    scheduler.start();
    return scheduler;
  }
}
