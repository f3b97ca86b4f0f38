package dev.sluice.timelines.handlers;

import dev.sluice.task.TaskIds;
import dev.sluice.timelines.TimelineTasks;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker without Redis does with the tasks of the built-in jobs of timelines: it puts them
 * off, for a worker that has Redis may take them then. When none has for half an hour there is
 * probably none, and they are discarded: the jobs are on by default, and the task of each firing
 * would end up dead.
 *
 * <p>Threading: safe.
 */
final class JobsElsewhere {
  static final Duration PAUSE = Duration.ofSeconds(30);
  static final Duration PATIENCE = Duration.ofMinutes(30);
  static final String REASON =
      "no worker with Redis took it for " + PATIENCE.toMinutes() + " minutes; this one has none";

  private static final Logger log = LoggerFactory.getLogger(JobsElsewhere.class);

  private final InstantSource clock;
  private final AtomicBoolean warned = new AtomicBoolean();

  JobsElsewhere(InstantSource clock) {
    this.clock = clock;
  }

  void register(Handlers handlers) {
    handlers.handle(TimelineTasks.TRUNCATE, (truncate, task) -> outcome(task.taskId()));
    handlers.handle(TimelineTasks.RECOUNT, (recount, task) -> outcome(task.taskId()));
  }

  Outcome outcome(String taskId) {
    Instant due = TaskIds.time(taskId);
    if (due != null && clock.instant().isBefore(due.plus(PATIENCE))) {
      return Outcome.snooze(PAUSE);
    }
    if (warned.compareAndSet(false, true)) {
      log.warn(
          "jobs of timelines are discarded, {}; give this worker the URL of Redis, or disable jobs"
              + " {} and {} of the scheduler",
          REASON,
          TimelineTasks.TRUNCATE.name(),
          TimelineTasks.RECOUNT.name());
    }
    return Outcome.discarded(REASON);
  }
}
