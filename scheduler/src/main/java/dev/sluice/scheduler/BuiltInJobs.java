package dev.sluice.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The jobs that Sluice brings along. Each enqueues an ordinary task to the queue {@value #QUEUE},
 * where a worker runs it under its limits.
 */
public final class BuiltInJobs {
  /** Where the tasks of the built-in jobs go. */
  public static final String QUEUE = "maintenance";

  /** Cuts timelines to the entries of the last 30 days, daily at 04:17 UTC. */
  public static final JobSpec TRUNCATE_TIMELINES =
      JobSpec.cron("sluice.truncate_timelines", "0 17 4 * * ?", "sluice.truncate_timelines", QUEUE)
          .kwargs(Map.of("maxAgeDays", 30));

  /** Sends dead tasks back whose cause was transient, every five minutes. */
  public static final JobSpec REDRIVE_TRANSIENT =
      JobSpec.every(
          "sluice.redrive_transient", Duration.ofMinutes(5), "sluice.redrive_transient", QUEUE);

  /**
   * Cuts Sluice's own tables, and those of the application that are configured, to their retention,
   * hourly at 37 past.
   */
  public static final JobSpec TRUNCATE_TABLES =
      JobSpec.cron("sluice.truncate_tables", "0 37 * * * ?", "sluice.truncate_table", QUEUE);

  private BuiltInJobs() {}

  /** All of them. */
  public static List<JobSpec> all() {
    return List.of(TRUNCATE_TIMELINES, REDRIVE_TRANSIENT, TRUNCATE_TABLES);
  }
}
