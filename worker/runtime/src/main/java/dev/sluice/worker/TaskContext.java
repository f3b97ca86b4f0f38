package dev.sluice.worker;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskType;
import dev.sluice.worker.firing.FiringId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know about the attempt it runs, and the tasks that it wants to follow.
 *
 * <p>Threading: for the handler's thread alone.
 */
public interface TaskContext {

  String taskId();

  /** Id of the task at the root of the tree that this one belongs to. */
  String rootId();

  /** Number of this attempt, from 1. */
  int attempt();

  /** The task's queue, namespace included, also where it came from a partition of that. */
  String queue();

  /** Headers that neither Celery nor Sluice has a meaning for. */
  Map<String, @Nullable Object> headers();

  /** The firing of a periodic job that enqueued the task; null when none did. */
  default @Nullable FiringId firing() {
    return null;
  }

  /** When the attempt will be ended by force. */
  Instant deadline();

  /**
   * Whether the handler should come to an end: its soft time limit has passed, its task was
   * revoked, or the worker must stop. A long handler asks now and then and returns {@link
   * Outcome#snooze} or {@link Outcome#retry}.
   */
  boolean stopRequested();

  /**
   * Enqueues a follow-up task: from a transactional handler when the transaction commits, from a
   * plain one when it returns {@link Outcome.Completed}, confirmed before this task is settled. The
   * id depends only on this task's id and the call's number, so that a second run of the handler
   * enqueues the same tasks again; {@code once} gives it its key's id instead.
   *
   * @return the follow-up's task id
   * @throws IllegalArgumentException when the options ask for an exclusive task, which only a
   *     {@code Producer} enqueues: in the handler's transaction with {@code inTransaction}
   */
  <F extends Record> String enqueue(TaskType<F> type, F payload, EnqueueOptions options);

  /**
   * Enqueues a follow-up task through the outbox, in a transaction that the handler itself commits:
   * the task is published once that is committed, whatever becomes of this attempt. For handlers
   * that fence their own progress. The id is chosen as above, unless the options have one.
   *
   * @param transaction not in auto-commit mode, on the worker's database
   */
  <F extends Record> String enqueue(
      Connection transaction, TaskType<F> type, F payload, EnqueueOptions options)
      throws SQLException;

  /** As the first, with defaults. */
  default <F extends Record> String enqueue(TaskType<F> type, F payload) {
    return enqueue(type, payload, EnqueueOptions.DEFAULTS);
  }
}
