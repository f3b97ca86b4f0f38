package dev.sluice.testkit;

import dev.sluice.testkit.TaskOutcome.Kind;
import dev.sluice.worker.WorkerListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a worker tells, by task id. */
final class OutcomeRecorder implements WorkerListener {
  private final Map<String, List<TaskOutcome>> byTask = new ConcurrentHashMap<>();

  List<TaskOutcome> of(String taskId) {
    return List.copyOf(byTask.getOrDefault(taskId, List.of()));
  }

  @Override
  public void completed(Completed event) {
    Object result = event.result();
    add(event.task(), Kind.COMPLETED, result == null ? "" : result.toString());
  }

  @Override
  public void retried(Retried event) {
    add(event.task(), Kind.RETRIED, event.cause().toString());
  }

  @Override
  public void snoozed(Snoozed event) {
    add(event.task(), Kind.SNOOZED, event.why());
  }

  @Override
  public void dead(Dead event) {
    if (event.task() != null) {
      add(event.task(), Kind.DEAD, event.detail());
    }
  }

  @Override
  public void expired(Task task) {
    add(task, Kind.EXPIRED, "");
  }

  @Override
  public void discarded(Task task, String reason) {
    add(task, Kind.DISCARDED, reason);
  }

  @Override
  public void revoked(Task task) {
    add(task, Kind.REVOKED, "");
  }

  @Override
  public void duplicate(Task task) {
    add(task, Kind.DUPLICATE, "");
  }

  @Override
  public void givenBack(GivenBack event) {
    if (event.task() != null) {
      add(event.task(), Kind.GIVEN_BACK, event.why());
    }
  }

  private void add(Task task, Kind kind, String detail) {
    byTask
        .computeIfAbsent(task.id(), id -> new CopyOnWriteArrayList<>())
        .add(new TaskOutcome(kind, task.attempt(), detail));
  }
}
