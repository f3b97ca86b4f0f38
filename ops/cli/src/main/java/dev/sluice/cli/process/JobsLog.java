package dev.sluice.cli.process;

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
   * @param schedules know which jobs are paused
   */
  JobsLog(KnownTasks known, Schedules schedules) {
    this.known = known;
    this.schedules = schedules;
  }

  /** Tells of all jobs. */
  void started(List<JobSpec> jobs, SluiceSettings settings) {
    Set<String> paused = paused();
    jobs.forEach(job -> tell(job, paused, settings));
  }

  /** Tells of what is different. */
  void changed(List<JobSpec> before, List<JobSpec> jobs, SluiceSettings settings) {
    List<JobSpec> different = new ArrayList<>(jobs);
    different.removeAll(before);
    List<String> gone = new ArrayList<>(before.stream().map(JobSpec::name).toList());
    gone.removeAll(jobs.stream().map(JobSpec::name).toList());
    log.info("jobs taken over: {} new or changed, {} removed", different.size(), gone.size());
    Set<String> paused = paused();
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

  private Set<String> paused() {
    try {
      return schedules.list().stream()
          .filter(ScheduledJob::paused)
          .map(job -> job.spec().name())
          .collect(Collectors.toSet());
    } catch (SQLException e) {
      log.debug("which jobs are paused is not known", e);
      return Set.of();
    }
  }
}
