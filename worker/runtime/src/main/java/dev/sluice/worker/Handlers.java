package dev.sluice.worker;

import dev.sluice.task.TaskType;

/** Where handlers are registered, one for each task type. */
public interface Handlers {

  /**
   * Registers a handler that runs at least once for each task.
   *
   * @throws IllegalArgumentException when the type, or a former name of it, has a handler already
   */
  <P extends Record> Handlers handle(TaskType<P> type, TaskHandler<P> handler);

  /**
   * Registers a handler whose database writes are applied effectively once.
   *
   * @throws IllegalArgumentException when the type, or a former name of it, has a handler already,
   *     or the worker has no database
   */
  <P extends Record> Handlers handle(TaskType<P> type, TransactionalHandler<P> handler);

  /**
   * Registers a handler that applies many tasks in one transaction, effectively once.
   *
   * @throws IllegalArgumentException when the type, or a former name of it, has a handler already,
   *     or the worker has no database
   */
  <P extends Record> Handlers handleBatch(
      TaskType<P> type, BatchOptions options, BatchHandler<P> handler);
}
