package dev.sluice.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The jobs that Sluice brings along. Each enqueues an ordinary task to the queue {@value #QUEUE},
 * where a worker runs it under its limits. Their names are for good: the ledger and the settings
 * know them. A payload's missing arguments have the defaults that its task type documents.
 *
 * <p>Those that look for work every few minutes make nothing up: what was missed, the next one
 * does. No job starts while its last firing has not ended: two at once would do the same work.
 */
public final class BuiltInJobs {
  /** Where the tasks of the built-in jobs go. */
  public static final String QUEUE = "maintenance";

  /** Cuts timelines to their cap and to the entries of the last 30 days, daily at 04:17 UTC. */
  public static final JobSpec TRUNCATE_TIMELINES =
      lengthy("sluice.truncate_timelines", "sluice.truncate_timelines", "0 17 4 * * ?")
          .kwargs(Map.of("maxAgeDays", 30));

  /** Sends dead tasks back whose cause was transient, every five minutes. */
  public static final JobSpec REDRIVE_TRANSIENT =
      frequent("sluice.redrive_transient", Duration.ofMinutes(5));

  /** Gives messages that were set aside in an outbox another chance, every ten minutes. */
  public static final JobSpec SWEEP_OUTBOX =
      frequent("sluice.sweep_outbox", Duration.ofMinutes(10));

  /** Lets long tasks and fan-outs go on that stopped, every five minutes. */
  public static final JobSpec RESCUE_LONG_TASKS =
      frequent("sluice.rescue_long_tasks", Duration.ofMinutes(5));

  /** Deletes keys of exclusive tasks whose time to live is over, every ten minutes. */
  public static final JobSpec EXPIRE_KEYS = frequent("sluice.expire_keys", Duration.ofMinutes(10));

  /** Counts followers and posts of every user anew, on Sundays at 03:43 UTC. */
  public static final JobSpec RECOUNT =
      lengthy("timelines.recount", "timelines.recount", "0 43 3 ? * SUN");

  /**
   * Cuts Sluice's own tables, and those of the application that are configured, to their retention,
   * hourly at 37 past.
   */
  public static final JobSpec TRUNCATE_TABLES =
      lengthy("sluice.truncate_tables", "sluice.truncate_table", "0 37 * * * ?");

  private BuiltInJobs() {}

  /** All of them. */
  public static List<JobSpec> all() {
    return List.of(
        TRUNCATE_TIMELINES,
        REDRIVE_TRANSIENT,
        SWEEP_OUTBOX,
        RESCUE_LONG_TASKS,
        EXPIRE_KEYS,
        RECOUNT,
        TRUNCATE_TABLES);
  }

  /** One that may run for hours; one run makes up for all that were missed. */
  private static JobSpec lengthy(String name, String task, String cron) {
    return JobSpec.cron(name, cron, task, QUEUE)
        .overlap(OverlapPolicy.SKIP)
        .misfire(MisfirePolicy.ONCE)
        .jitter(Duration.ofMinutes(5));
  }

  /** One that looks for work and is soon done. */
  private static JobSpec frequent(String task, Duration every) {
    return JobSpec.every(task, every, task, QUEUE)
        .overlap(OverlapPolicy.SKIP)
        .misfire(MisfirePolicy.SKIP)
        .jitter(Duration.ofSeconds(30))
        .timeout(Duration.ofHours(1));
  }
}
