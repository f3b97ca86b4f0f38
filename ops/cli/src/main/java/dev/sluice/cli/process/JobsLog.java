package dev.sluice.cli.process;

import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.Scheduler;
import dev.sluice.settings.SluiceSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people which jobs there are, when each is due next, and whose task may be nobody's. */
final class JobsLog {
  private static final Logger log = LoggerFactory.getLogger(JobsLog.class);
  private static final int NEXT = 3;

  private final Scheduler scheduler;
  private final KnownTasks known;

  JobsLog(Scheduler scheduler, KnownTasks known) {
    this.scheduler = scheduler;
    this.known = known;
  }

  /** Tells of all jobs. */
  void started(List<JobSpec> jobs, SluiceSettings settings) {
    jobs.forEach(job -> tell(job, settings));
  }

  /** Tells of what is different. */
  void changed(List<JobSpec> before, List<JobSpec> jobs, SluiceSettings settings) {
    List<JobSpec> different = new ArrayList<>(jobs);
    different.removeAll(before);
    List<String> gone = new ArrayList<>(before.stream().map(JobSpec::name).toList());
    gone.removeAll(jobs.stream().map(JobSpec::name).toList());
    log.info("jobs taken over: {} new or changed, {} removed", different.size(), gone.size());
    gone.forEach(name -> log.info("job {} is no longer configured", name));
    different.forEach(job -> tell(job, settings));
  }

  private void tell(JobSpec job, SluiceSettings settings) {
    log.info(
        "job {} ({}) enqueues {} to {}, {}",
        job.name(),
        JobText.timing(job),
        job.task(),
        job.queue(),
        next(job));
    known.doubt(job, settings).ifPresent(log::warn);
  }

  private String next(JobSpec job) {
    List<Instant> due = scheduler.nextFirings(job.name(), NEXT);
    return due.isEmpty()
        ? "next never: it is disabled"
        : "next at " + due.stream().map(Instant::toString).collect(Collectors.joining(", "));
  }
}
