package dev.sluice.scheduler;

import dev.sluice.broker.Broker;
import dev.sluice.database.Database;
import dev.sluice.database.Dialect;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;

/**
 * What a scheduler needs.
 *
 * @param database holds the firings and the outbox, migrated; with {@code clustered} Quartz's
 *     tables too. It stays open when the scheduler is closed
 * @param broker where the outbox is relayed to; stays open too. It need not be reachable
 * @param jobs the configured jobs; those of an earlier start that are missing here are removed,
 *     those made at run time stay
 * @param clustered whether Quartz keeps its state in the database, so that several schedulers share
 *     the work and a firing missed while none was up is made up for; default true, but false on H2.
 *     All schedulers on one database must agree, and have the same jobs: the last one started wins
 * @param clock tells when a firing was made; when a job is due is told by the machine's clock
 */
public record SchedulerOptions(
    Database database, Broker broker, List<JobSpec> jobs, boolean clustered, InstantSource clock) {

  /**
   * @throws IllegalArgumentException when two jobs have one name, a job can never be due, or its
   *     queue's name is too long for the broker
   */
  public SchedulerOptions {
    jobs = List.copyOf(jobs);
    JobSpecCheck.distinct(jobs);
    for (JobSpec job : jobs) {
      JobSpecCheck.queue(job, broker.topology());
      JobSpecCheck.everDue(job, clock.instant());
    }
  }

  /** Options with every default. */
  public static SchedulerOptions of(Database database, Broker broker, List<JobSpec> jobs) {
    return new SchedulerOptions(
        database, broker, jobs, database.dialect() != Dialect.H2, Clock.systemUTC());
  }

  public SchedulerOptions jobs(List<JobSpec> newJobs) {
    return new SchedulerOptions(database, broker, newJobs, clustered, clock);
  }

  public SchedulerOptions clustered(boolean newClustered) {
    return new SchedulerOptions(database, broker, jobs, newClustered, clock);
  }

  public SchedulerOptions clock(InstantSource newClock) {
    return new SchedulerOptions(database, broker, jobs, clustered, newClock);
  }
}
