package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;

/** A {@link JobSpec} as Quartz keeps it: a job whose data are strings, and one trigger. */
final class StoredJob {
  /** Quartz's group of our jobs. */
  static final String GROUP = "configured";

  private static final String TASK = "task";
  private static final String QUEUE = "queue";
  private static final String KWARGS = "kwargs";
  private static final String CRON = "cron";
  private static final String EVERY = "every";
  private static final String ZONE = "zone";
  private static final String MISFIRE = "misfire";

  private StoredJob() {}

  static JobKey key(JobSpec job) {
    return JobKey.jobKey(job.name(), GROUP);
  }

  /**
   * With the revision: Quartz claims triggers ahead, and fires a claimed one if there still is one
   * of its name, though it be another by now.
   */
  static TriggerKey triggerKey(JobRow job) {
    return TriggerKey.triggerKey(job.name() + "@" + job.revision(), GROUP);
  }

  static JobDetail detail(JobSpec job) {
    JobBuilder builder =
        JobBuilder.newJob(
                job.misfire() == MisfirePolicy.ALL ? FiringJob.InOrder.class : FiringJob.class)
            .withIdentity(key(job))
            .storeDurably()
            .requestRecovery()
            .usingJobData(TASK, job.task())
            .usingJobData(QUEUE, job.queue())
            .usingJobData(KWARGS, Kwargs.write(job.kwargs()))
            .usingJobData(ZONE, job.zone())
            .usingJobData(MISFIRE, job.misfire().name());
    if (job.cron() != null) {
      builder.usingJobData(CRON, job.cron());
    }
    if (job.every() != null) {
      builder.usingJobData(EVERY, job.every().toString());
    }
    return builder.build();
  }

  /**
   * A trigger that looks first at what is due after {@code after}. It may be past: what was missed
   * since is for the misfire policy.
   */
  static Trigger trigger(JobRow row, Instant after) {
    JobSpec job = row.spec();
    return TriggerBuilder.newTrigger()
        .withIdentity(triggerKey(row))
        .forJob(key(job))
        .startAt(Date.from(job.timing().nextAfter(after).orElse(after)))
        .withSchedule(
            new TimingSchedule(
                job.cron(), job.every(), job.zone(), job.misfire(), InstantSource.system()))
        .build();
  }

  /**
   * The specification that {@link #detail} was made of.
   *
   * @throws UnreadableJob when another release wrote what this one does not understand
   */
  static JobSpec spec(JobDetail detail) throws UnreadableJob {
    try {
      return read(detail);
    } catch (RuntimeException e) {
      throw new UnreadableJob(detail.getKey().getName(), e);
    }
  }

  private static JobSpec read(JobDetail detail) {
    JobDataMap data = detail.getJobDataMap();
    @Nullable String every = data.getString(EVERY);
    return new JobSpec(
        detail.getKey().getName(),
        data.getString(TASK),
        data.getString(QUEUE),
        Kwargs.read(data.getString(KWARGS)),
        data.getString(CRON),
        every == null ? null : Duration.parse(every),
        data.getString(ZONE),
        MisfirePolicy.valueOf(data.getString(MISFIRE)),
        Duration.ZERO,
        OverlapPolicy.ALLOW,
        JobSpec.DEFAULT_TIMEOUT,
        true);
  }
}
