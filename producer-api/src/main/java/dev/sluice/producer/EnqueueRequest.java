package dev.sluice.producer;

import dev.sluice.task.TaskType;

/** One task of a call that enqueues many. */
public record EnqueueRequest<P extends Record>(
    TaskType<P> type, P payload, EnqueueOptions options) {

  public static <P extends Record> EnqueueRequest<P> of(TaskType<P> type, P payload) {
    return new EnqueueRequest<>(type, payload, EnqueueOptions.DEFAULTS);
  }
}
