package dev.sluice.worker.longtask;

import dev.sluice.message.PayloadCodec;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One kind of long task: what it does, and how its steps run. Register it in a worker, then start
 * long tasks from any transactional handler, or by its own task.
 *
 * <p>Threading: safe for use by any number of threads once it is registered.
 *
 * @param <P> the payload
 */
public final class LongTaskKind<P extends Record> {
  private final TaskType<P> type;
  private final LongTask<P> work;
  private final LongTaskOptions options;
  private final LongTaskRows rows;
  private final PayloadCodec codec = new PayloadCodec();
  private final @Nullable WhenDone<P, ?> whenDone;

  private LongTaskKind(
      TaskType<P> type,
      LongTask<P> work,
      LongTaskOptions options,
      LongTaskRows rows,
      @Nullable WhenDone<P, ?> whenDone) {
    this.type = type;
    this.work = work;
    this.options = options;
    this.rows = rows;
    this.whenDone = whenDone;
  }

  /**
   * A kind of long task.
   *
   * @param type its name and payload, and the task that starts it; continuations are named after it
   * @param work what it does
   * @param clock tells when lanes move
   */
  public static <P extends Record> LongTaskKind<P> of(
      TaskType<P> type, LongTask<P> work, LongTaskOptions options, InstantSource clock) {
    return new LongTaskKind<>(type, work, options, new LongTaskRows(clock), null);
  }

  /** The same, enqueuing a task when all lanes are at their end: exactly once, in the last step. */
  public <C extends Record> LongTaskKind<P> whenDone(TaskType<C> callback, Function<P, C> payload) {
    return new LongTaskKind<>(type, work, options, rows, new WhenDone<>(callback, payload));
  }

  /** Its name and payload. */
  public TaskType<P> type() {
    return type;
  }

  /**
   * Registers the handler of its steps, and that of the task that starts it.
   *
   * @param dataSource the worker's database
   */
  public void register(Handlers handlers, DataSource dataSource) {
    registerSteps(handlers, dataSource);
    handlers.handle(type, starter());
  }

  /** Registers the handler of its steps alone: others start it. */
  public void registerSteps(Handlers handlers, DataSource dataSource) {
    handlers.handle(continuations(), new StepHandler<>(this, dataSource));
  }

  /** Handles its own task: starts a long task with the task's payload. */
  private TransactionalHandler<P> starter() {
    return (payload, task, connection) -> {
      start(connection, task, payload);
      return Outcome.completed();
    };
  }

  /**
   * Plans a long task and enqueues its first steps, in the transaction of the task that starts it.
   *
   * @param connection that transaction
   * @param task that task; its id decides the long task's id, so one task starts one of a kind
   * @return the long task's id
   */
  public String start(Connection connection, TaskContext task, P payload) throws Exception {
    Plan plan = work.plan(payload, connection);
    String id = TaskIds.child(task.taskId() + '/' + type.name(), 0).toString();
    rows.insert(connection, id, type.name(), options.queue(), codec.encode(payload), plan);
    for (int lane = 0; lane < plan.lanes().size(); lane++) {
      Continuation first = new Continuation(id, lane, 0, 0);
      task.enqueue(continuations(), first, EnqueueOptions.DEFAULTS.taskId(first.taskId()));
    }
    if (plan.lanes().isEmpty() && whenDone != null) {
      whenDone.enqueue(connection, task, id, payload);
    }
    return id;
  }

  LongTask<P> work() {
    return work;
  }

  LongTaskOptions options() {
    return options;
  }

  LongTaskRows rows() {
    return rows;
  }

  @Nullable WhenDone<P, ?> whenDone() {
    return whenDone;
  }

  TaskType<Continuation> continuations() {
    return Continuation.type(type.name(), options.queue());
  }

  /** The task that follows when all lanes are at their end. */
  record WhenDone<P extends Record, C extends Record>(TaskType<C> type, Function<P, C> callback) {

    void enqueue(Connection connection, TaskContext task, String longTask, P payload)
        throws SQLException {
      String taskId = TaskIds.child(longTask, -1).toString();
      task.enqueue(
          connection, type, callback.apply(payload), EnqueueOptions.DEFAULTS.taskId(taskId));
    }
  }
}
