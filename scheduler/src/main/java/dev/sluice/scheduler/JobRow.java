package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;

/**
 * A row of the table of jobs.
 *
 * @param since nothing that was due at or before this is made up for
 * @param revision rises with each change
 * @param applied the revision that Quartz's tables have
 */
record JobRow(
    JobSpec spec, JobSource source, boolean paused, Instant since, long revision, long applied) {

  /** By how much the clocks of two machines may differ. */
  static final Duration CLOCKS_APART = Duration.ofSeconds(5);

  String name() {
    return spec.name();
  }

  /** Whether it fires when it is due. */
  boolean active() {
    return spec.enabled() && !paused;
  }

  /**
   * Whether it is due at an instant: by what Quartz had of it before it was changed, it may not be,
   * or not yet.
   */
  boolean dueAt(Instant instant, Instant now) {
    return active()
        && !instant.isAfter(now.plus(CLOCKS_APART))
        && (since.isAfter(now) || instant.isAfter(since))
        && spec.timing().nextAfter(instant.minusMillis(1)).filter(instant::equals).isPresent();
  }

  /** What is due after this, and no earlier, is to be fired. */
  Instant since(Instant now) {
    // Made by a clock that was ahead: not believed, or nothing would be fired until then.
    return since.isAfter(now) ? now : since;
  }

  /** The row with another specification. */
  JobRow changed(JobSpec job, JobSource newSource, Instant now) {
    boolean sameInstants = spec.sameTiming(job) && (spec.enabled() || !job.enabled());
    return new JobRow(job, newSource, paused, sameInstants ? since : now, revision, applied);
  }

  JobRow pausedNow() {
    return new JobRow(spec, source, true, since, revision, applied);
  }

  JobRow resumed(Instant now) {
    return new JobRow(spec, source, false, now, revision, applied);
  }
}
