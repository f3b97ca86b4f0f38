package dev.sluice.worker;

import dev.sluice.task.TaskIds;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.Slo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Measures whether tasks start in time: from when they were due, which their ids tell, to the start
 * of their first attempt.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class SloListener implements WorkerListener {
  private final Governor governor;
  private final InstantSource clock;

  SloListener(Governor governor, InstantSource clock) {
    this.governor = governor;
    this.clock = clock;
  }

  @Override
  public void started(Task task) {
    Slo slo = task.attempt() == 1 ? governor.slo(task.queue()) : null;
    Instant due = task.due();
    // The time in a derived id is that of something else: a window's start, a parent.
    if (slo != null && due != null && !TaskIds.isDerived(task.id())) {
      slo.started(Duration.between(due, clock.instant()));
    }
  }
}
