package dev.sluice.worker.dead;

import dev.sluice.outbox.SqlTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which dead tasks are meant; what is null does not matter.
 *
 * @param state what became of them
 * @param taskName name of the task type
 * @param taskId the task's id
 * @param queue the queue they came from, namespace included
 * @param reason name of a {@code DeadReason}
 * @param exception class name of the last exception
 * @param since died at this time or later
 * @param until died before this time
 */
public record DeadFilter(
    @Nullable DeadState state,
    @Nullable String taskName,
    @Nullable String taskId,
    @Nullable String queue,
    @Nullable String reason,
    @Nullable String exception,
    @Nullable Instant since,
    @Nullable Instant until) {

  /** Every entry. */
  public static final DeadFilter ALL =
      new DeadFilter(null, null, null, null, null, null, null, null);

  /** Entries that nobody has dealt with. */
  public static final DeadFilter WAITING = ALL.state(DeadState.DEAD);

  public DeadFilter state(@Nullable DeadState newState) {
    return new DeadFilter(newState, taskName, taskId, queue, reason, exception, since, until);
  }

  public DeadFilter taskName(@Nullable String newTaskName) {
    return new DeadFilter(state, newTaskName, taskId, queue, reason, exception, since, until);
  }

  public DeadFilter taskId(@Nullable String newTaskId) {
    return new DeadFilter(state, taskName, newTaskId, queue, reason, exception, since, until);
  }

  public DeadFilter queue(@Nullable String newQueue) {
    return new DeadFilter(state, taskName, taskId, newQueue, reason, exception, since, until);
  }

  public DeadFilter reason(@Nullable String newReason) {
    return new DeadFilter(state, taskName, taskId, queue, newReason, exception, since, until);
  }

  public DeadFilter exception(@Nullable String newException) {
    return new DeadFilter(state, taskName, taskId, queue, reason, newException, since, until);
  }

  public DeadFilter since(@Nullable Instant newSince) {
    return new DeadFilter(state, taskName, taskId, queue, reason, exception, newSince, until);
  }

  public DeadFilter until(@Nullable Instant newUntil) {
    return new DeadFilter(state, taskName, taskId, queue, reason, exception, since, newUntil);
  }

  /** The condition in SQL; {@code parameters} receives its values in order. */
  String where(List<Object> parameters) {
    List<String> conditions = new ArrayList<>();
    conditions.add("1 = 1");
    add(conditions, parameters, "state = ?", state == null ? null : state.name());
    add(conditions, parameters, "task_name = ?", taskName);
    add(conditions, parameters, "task_id = ?", taskId);
    add(conditions, parameters, "queue = ?", queue);
    add(conditions, parameters, "reason = ?", reason);
    add(conditions, parameters, "exception = ?", exception);
    add(conditions, parameters, "dead_at >= ?", since == null ? null : SqlTimes.text(since));
    add(conditions, parameters, "dead_at < ?", until == null ? null : SqlTimes.text(until));
    return String.join(" AND ", conditions);
  }

  private static void add(
      List<String> conditions, List<Object> parameters, String condition, @Nullable Object value) {
    if (value != null) {
      conditions.add(condition);
      parameters.add(value);
    }
  }
}
