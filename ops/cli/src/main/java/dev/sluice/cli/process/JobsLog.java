package dev.sluice.cli.process;

import dev.sluice.scheduler.JobSpec;
import dev.sluice.scheduler.NextFirings;
import dev.sluice.settings.SluiceSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people which jobs there are, when each is due next, and whose task may be nobody's. */
final class JobsLog {
  private static final Logger log = LoggerFactory.getLogger(JobsLog.class);

  private final KnownTasks known;
  private final InstantSource clock;

  JobsLog(KnownTasks known, InstantSource clock) {
    this.known = known;
    this.clock = clock;
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
        job.enabled()
            ? "next at " + NextFirings.text(job, clock.instant())
            : "disabled: not fired");
    known.doubt(job, settings).ifPresent(log::warn);
  }
}
