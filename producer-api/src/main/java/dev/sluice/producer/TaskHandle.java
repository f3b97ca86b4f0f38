package dev.sluice.producer;

import java.io.Serializable;

/**
 * What an enqueue returns.
 *
 * @param taskId id of the task that stands: the new one's, or that of an earlier one whose key it
 *     shares
 * @param isNew whether this call made the task, as far as the key store can tell; always true where
 *     none is configured
 */
public record TaskHandle(String taskId, boolean isNew) implements Serializable {

  /** The handle of a task that its call made. */
  static TaskHandle of(NewTask task) {
    return new TaskHandle(task.taskId(), true);
  }
}
