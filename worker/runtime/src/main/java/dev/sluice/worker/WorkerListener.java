package dev.sluice.worker;

import dev.sluice.message.DeadReason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to tasks in a worker. An exception that it throws is logged and otherwise
 * ignored.
 *
 * <p>Threading: called by every handler thread; must be quick.
 */
public interface WorkerListener {

  /** A message was read; it may still turn out to be expired, revoked or early. */
  default void received(Task task) {}

  /** The handler is about to be called. */
  default void started(Task task) {}

  /** The handler has ended, one way or another; what became of the task is told once settled. */
  default void ended(Task task, Duration runtime) {}

  /** The handler completed the task, and it is settled. */
  default void completed(Completed event) {}

  /** An attempt failed, and another is on the delay ladder. */
  default void retried(Retried event) {}

  /** The task is on the delay ladder without having used an attempt. */
  default void snoozed(Snoozed event) {}

  /** The task, or a message that is none, is in the dead queue. */
  default void dead(Dead event) {}

  /** The task's latest start had passed; it is in the dead queue. */
  default void expired(Task task) {}

  /** The handler dropped the task for good. */
  default void discarded(Task task, String reason) {}

  /** The task had been revoked and was dropped. */
  default void revoked(Task task) {}

  /** The task's effect had been committed before; the message was settled without a second one. */
  default void duplicate(Task task) {}

  /**
   * Another task holds its order key: the task waits in the database, and its message comes again.
   */
  default void heldBack(Task task) {}

  /** The delivery went back to its queue. */
  default void givenBack(GivenBack event) {}

  /** A handler's thread does not end after its hard time limit; another one took its place. */
  default void stuck(Task task, Thread thread) {}

  /**
   * A task as its message tells it.
   *
   * @param id task id
   * @param name name of the task type
   * @param queue its queue, namespace included, also where it came from a partition of that
   * @param attempt number of the attempt, from 1
   * @param redelivered whether the broker had handed the message over before
   * @param due the time in the id, which is the eta; null when the id has none
   */
  record Task(
      String id,
      String name,
      String queue,
      int attempt,
      boolean redelivered,
      @Nullable Instant due) {}

  /**
   * @param runtime from the start of the handler to its end, commit included
   * @param result the handler's return value
   */
  record Completed(Task task, Duration runtime, @Nullable Object result) {}

  /**
   * @param cause what the attempt failed with
   * @param eta when the next attempt may start
   */
  record Retried(Task task, Duration runtime, Throwable cause, Instant eta) {}

  /**
   * @param eta when the task may start
   * @param why for a person
   */
  record Snoozed(Task task, Instant eta, String why) {}

  /**
   * @param task null when the message is no task
   * @param queue where the message was delivered from
   * @param detail for a person
   * @param cause the last exception; null when there was none
   */
  record Dead(
      @Nullable Task task,
      String queue,
      DeadReason reason,
      String detail,
      @Nullable Throwable cause) {}

  /**
   * @param task null when the message was not read
   * @param queue where it went back to
   * @param why for a person
   */
  record GivenBack(@Nullable Task task, String queue, String why) {}
}
