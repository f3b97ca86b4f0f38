package dev.sluice.scheduler;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Quartz's jobs those of the configuration. What has not changed is left alone, so that an
 * instant that was missed while no scheduler was up is still due.
 */
final class JobReconciler {
  private static final Logger log = LoggerFactory.getLogger(JobReconciler.class);

  private final org.quartz.Scheduler quartz;
  private final InstantSource clock;

  JobReconciler(org.quartz.Scheduler quartz, InstantSource clock) {
    this.quartz = quartz;
    this.clock = clock;
  }

  void reconcile(List<JobSpec> jobs) throws SchedulerException {
    Set<JobKey> surplus = quartz.getJobKeys(GroupMatcher.jobGroupEquals(StoredJob.GROUP));
    for (JobSpec job : jobs) {
      if (job.enabled()) {
        surplus.remove(StoredJob.key(job));
        store(job);
      }
    }
    for (JobKey key : surplus) {
      log.info("job {} is no longer configured, or disabled: removed", key.getName());
    }
    quartz.deleteJobs(new ArrayList<>(surplus));
  }

  private void store(JobSpec job) throws SchedulerException {
    JobDetail present = quartz.getJobDetail(StoredJob.key(job));
    if (present == null) {
      add(job);
      return;
    }
    Optional<JobSpec> before = readable(present);
    TriggerState state = quartz.getTriggerState(StoredJob.triggerKey(job));
    if (state == TriggerState.NONE || before.filter(job::sameTiming).isEmpty()) {
      log.info("job {} changed", job.name());
      replace(job);
      return;
    }
    if (putOff(job)) {
      log.warn("job {} was put off by a clock that is ahead: scheduled anew", job.name());
      replace(job);
      return;
    }
    if (!before.get().equals(job)) {
      log.info("job {} changed, not when it is due", job.name());
      quartz.addJob(StoredJob.detail(job), true);
    }
    if (state == TriggerState.ERROR) {
      quartz.resetTriggerFromErrorState(StoredJob.triggerKey(job));
    }
  }

  /** Fires no instant twice: the firing's row knows what was fired. */
  private void replace(JobSpec job) throws SchedulerException {
    quartz.scheduleJob(
        StoredJob.detail(job), Set.of(StoredJob.trigger(job, clock.instant())), true);
  }

  /** Whether Quartz, told a later time than it is, has passed over instants still to come. */
  private boolean putOff(JobSpec job) throws SchedulerException {
    Trigger trigger = quartz.getTrigger(StoredJob.triggerKey(job));
    if (trigger == null || trigger.getNextFireTime() == null) {
      return false;
    }
    Instant stored = trigger.getNextFireTime().toInstant();
    return job.timing().nextAfter(clock.instant()).filter(stored::isAfter).isPresent();
  }

  private void add(JobSpec job) throws SchedulerException {
    Instant now = clock.instant();
    try {
      quartz.scheduleJob(StoredJob.detail(job), StoredJob.trigger(job, now));
      log.info("job {} is new, first due {}", job.name(), job.timing().nextAfter(now).orElse(now));
    } catch (ObjectAlreadyExistsException e) {
      log.debug("job {} was added by another scheduler at the same moment", job.name());
    }
  }

  private static Optional<JobSpec> readable(JobDetail present) {
    try {
      return Optional.of(StoredJob.spec(present));
    } catch (RuntimeException e) {
      log.info("job {} was stored by another release", present.getKey().getName());
      return Optional.empty();
    }
  }
}
