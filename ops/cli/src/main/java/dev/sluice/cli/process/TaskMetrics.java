package dev.sluice.cli.process;

import dev.sluice.worker.WorkerListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * Counts what happens to tasks: {@code sluice_tasks_total} by task, queue and outcome, and the time
 * of attempts, {@code sluice_attempt_seconds}, by task.
 *
 * <p>A task without a handler is counted as {@code unknown}: its name comes from the message, and
 * anybody could send as many names as they like.
 */
final class TaskMetrics implements WorkerListener {
  private static final String UNKNOWN = "unknown";

  private final MeterRegistry registry;

  TaskMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void completed(Completed event) {
    time(event.task(), event.runtime());
    count(event.task().name(), event.task().queue(), "completed");
  }

  @Override
  public void retried(Retried event) {
    time(event.task(), event.runtime());
    count(event.task().name(), event.task().queue(), "retried");
  }

  @Override
  public void snoozed(Snoozed event) {
    // An unknown task waits on the ladder too.
    count(UNKNOWN, event.task().queue(), "snoozed");
  }

  @Override
  public void dead(Dead event) {
    boolean known =
        event.task() != null
            && switch (event.reason()) {
              case UNKNOWN_TASK, MALFORMED, TOO_LARGE, UNROUTED -> false;
              default -> true;
            };
    count(known && event.task() != null ? event.task().name() : UNKNOWN, event.queue(), "dead");
  }

  @Override
  public void expired(Task task) {
    count(UNKNOWN, task.queue(), "expired");
  }

  @Override
  public void discarded(Task task, String reason) {
    count(task.name(), task.queue(), "discarded");
  }

  @Override
  public void revoked(Task task) {
    count(UNKNOWN, task.queue(), "revoked");
  }

  @Override
  public void duplicate(Task task) {
    count(task.name(), task.queue(), "duplicate");
  }

  @Override
  public void givenBack(GivenBack event) {
    count(UNKNOWN, event.queue(), "given back");
  }

  private void count(String task, String queue, String outcome) {
    registry.counter("sluice.tasks", "task", task, "queue", queue, "outcome", outcome).increment();
  }

  private void time(Task task, Duration runtime) {
    Timer.builder("sluice.attempt")
        .tag("task", task.name())
        .publishPercentileHistogram()
        .register(registry)
        .record(runtime);
  }
}
