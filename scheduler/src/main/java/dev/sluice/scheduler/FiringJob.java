package dev.sluice.scheduler;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Quartz runs for every job. It fires the job for what its {@link Look} says, oldest first and
 * each in a transaction of its own, and tries until that is committed. Its class name is stored in
 * Quartz's tables: do not rename it.
 *
 * <p>Threading: one instance is shared by all threads of Quartz.
 */
final class FiringJob implements Job {
  private static final Logger log = LoggerFactory.getLogger(FiringJob.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  // Of each job; the newest instant of many is found from the oldest. In order each counts.
  private static final int MOST_LEFT = 100;
  // Under it the firing of a scheduler that died says when that one claimed it.
  private static final String CLAIMED =
      org.quartz.Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_FIRETIME_IN_MILLISECONDS;

  /**
   * What Quartz takes such a job for that is to be fired in order: it looks at it again when its
   * look before has ended. Its class name is stored too.
   */
  @DisallowConcurrentExecution
  abstract static class InOrder implements Job {}

  private final Firing firing;
  private final Runnable fired;
  private final CountDownLatch closing;
  private final Map<String, Integer> unreadable = new ConcurrentHashMap<>();

  /**
   * The job.
   *
   * @param fired called after each commit
   * @param closing counted down to end waiting for a database that is away
   */
  FiringJob(Firing firing, Runnable fired, CountDownLatch closing) {
    this.firing = firing;
    this.fired = fired;
    this.closing = closing;
  }

  @Override
  public void execute(JobExecutionContext context) throws JobExecutionException {
    String name = context.getJobDetail().getKey().getName();
    try {
      JobSpec job = StoredJob.spec(context.getJobDetail());
      Timing timing = job.timing();
      Look look = look(context, timing, job.misfire());
      for (Instant due : look.due(timing, job.misfire())) {
        fireUntilCommitted(job, due);
      }
    } catch (UnreadableJob e) {
      leave(context, name, e);
    } catch (RuntimeException e) {
      log.error("job {} cannot be fired; change or remove it", name, e);
      throw new JobExecutionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobExecutionException(e);
    }
  }

  private static Look look(JobExecutionContext context, Timing timing, MisfirePolicy policy) {
    Instant scheduled = context.getScheduledFireTime().toInstant();
    Instant time = context.getFireTime().toInstant();
    if (context.isRecovering()) {
      Instant before = Instant.ofEpochMilli(context.getMergedJobDataMap().getLongValue(CLAIMED));
      return Look.again(time, scheduled, before, timing, policy);
    }
    Date next = context.getNextFireTime();
    return new Look(scheduled, time, next == null ? null : next.toInstant());
  }

  /** It stays for a scheduler that understands the job: to be recovered when this one ends. */
  private void leave(JobExecutionContext context, String job, UnreadableJob why) {
    int times = unreadable.merge(job, 1, Integer::sum);
    if (times == 1) {
      log.error("this scheduler does not fire a job: {}", why.getMessage());
    }
    if (times <= MOST_LEFT || context.getJobDetail().isConcurrentExecutionDisallowed()) {
      ClusteredJobStore.leave(context.getTrigger());
    }
  }

  private void fireUntilCommitted(JobSpec job, Instant fireTime)
      throws InterruptedException, JobExecutionException, UnreadableJob {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        firing
            .fire(job.name(), fireTime)
            .ifPresentOrElse(
                row -> log.debug("job {} due {}: {}", job.name(), fireTime, row.state()),
                () -> log.debug("job {} due {} is not to be fired", job.name(), fireTime));
        fired.run();
        return;
      } catch (UnreadableJob e) {
        throw e;
      } catch (SQLException e) {
        log.warn(
            "job {} due {} is not fired yet, next try in {} s: {}",
            job.name(),
            fireTime,
            pause.toSeconds(),
            e.toString());
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new JobExecutionException(e);
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
      }
    }
  }
}
