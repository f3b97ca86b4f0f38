package dev.sluice.worker;

import java.util.HashMap;
import java.util.Map;

/**
 * What became of the tasks of a batch: completed, but for those that say otherwise.
 *
 * @param exceptions outcomes of tasks that are not simply completed, by task id
 */
public record BatchOutcome(Map<String, Outcome> exceptions) {
  private static final BatchOutcome COMPLETED = new BatchOutcome(Map.of());

  public BatchOutcome {
    exceptions = Map.copyOf(exceptions);
  }

  /** All are completed, without return values. */
  public static BatchOutcome completed() {
    return COMPLETED;
  }

  /** The same, but for {@code item}. */
  public BatchOutcome but(BatchItem<?> item, Outcome outcome) {
    Map<String, Outcome> all = new HashMap<>(exceptions);
    all.put(item.task().taskId(), outcome);
    return new BatchOutcome(all);
  }

  /** What became of the task with this id. */
  Outcome of(String taskId) {
    return exceptions.getOrDefault(taskId, Outcome.completed());
  }
}
