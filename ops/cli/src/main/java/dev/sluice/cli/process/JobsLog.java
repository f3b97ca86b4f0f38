package dev.sluice.cli.process;

import dev.sluice.scheduler.JobSource;
import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.NextFirings;
import dev.sluice.scheduler.ScheduledJob;
import dev.sluice.scheduler.Schedules;
import dev.sluice.settings.SluiceSettings;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people which jobs there are, when each is due next, and whose task may be nobody's. */
final class JobsLog {
  private static final Logger log = LoggerFactory.getLogger(JobsLog.class);

  private final KnownTasks known;
  private final Schedules schedules;

  /**
   * A log.
   *
   * @param schedules know which jobs are paused, and those that were made at run time
   */
  JobsLog(KnownTasks known, Schedules schedules) {
    this.known = known;
    this.schedules = schedules;
  }

  /** Tells of all jobs, of those made at run time too. */
  void started(List<JobSpec> jobs, SluiceSettings settings) {
    List<ScheduledJob> stored = stored();
    Set<String> paused = paused(stored);
    jobs.forEach(job -> tell(job, paused, settings));
    stored.stream()
        .filter(job -> job.source() == JobSource.DYNAMIC)
        .forEach(job -> tell(job.spec(), paused, settings));
  }

  /** Tells of what is different. */
  void changed(List<JobSpec> before, List<JobSpec> jobs, SluiceSettings settings) {
    List<JobSpec> different = new ArrayList<>(jobs);
    different.removeAll(before);
    List<String> gone = new ArrayList<>(before.stream().map(JobSpec::name).toList());
    gone.removeAll(jobs.stream().map(JobSpec::name).toList());
    log.info("jobs taken over: {} new or changed, {} removed", different.size(), gone.size());
    Set<String> paused = paused(stored());
    different.forEach(job -> tell(job, paused, settings));
  }

  private void tell(JobSpec job, Set<String> paused, SluiceSettings settings) {
    log.info(
        "job {} ({}) enqueues {} to {}, {}",
        job.name(),
        JobText.timing(job),
        job.task(),
        job.queue(),
        due(job, paused.contains(job.name())));
    known.doubt(job, settings).ifPresent(log::warn);
  }

  private static String due(JobSpec job, boolean paused) {
    if (!job.enabled()) {
      return "not by itself: it is disabled";
    }
    return paused
        ? "not before it is resumed: sluice schedule resume " + job.name()
        : "next at " + NextFirings.text(job, Instant.now());
  }

  private List<ScheduledJob> stored() {
    try {
      return schedules.list();
    } catch (SQLException e) {
      log.warn("jobs made at run time, and which are paused, cannot be told: {}", e.getMessage());
      return List.of();
    }
  }

  private static Set<String> paused(List<ScheduledJob> stored) {
    return stored.stream()
        .filter(ScheduledJob::paused)
        .map(job -> job.spec().name())
        .collect(Collectors.toSet());
  }
}
