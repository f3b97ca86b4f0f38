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
import java.util.List;
import java.util.OptionalInt;
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
  private final @Nullable Callback<P, ?> whenDone;
  private final @Nullable Callback<P, ?> whenCancelled;

  private LongTaskKind(
      TaskType<P> type,
      LongTask<P> work,
      LongTaskOptions options,
      LongTaskRows rows,
      @Nullable Callback<P, ?> whenDone,
      @Nullable Callback<P, ?> whenCancelled) {
    this.type = type;
    this.work = work;
    this.options = options;
    this.rows = rows;
    this.whenDone = whenDone;
    this.whenCancelled = whenCancelled;
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
    return new LongTaskKind<>(type, work, options, new LongTaskRows(clock), null, null);
  }

  /** The same, enqueuing a task when all lanes are at their end: exactly once, in the last step. */
  public <C extends Record> LongTaskKind<P> whenDone(TaskType<C> callback, Function<P, C> payload) {
    return new LongTaskKind<>(
        type, work, options, rows, new Callback<>(callback, payload), whenCancelled);
  }

  /**
   * The same, enqueuing a task when a cancelled one has come to rest: exactly once, when each lane
   * has ended the step that it was at. Only a step that ran on after its lane was paused or
   * rescued, or after the broker had taken its message back, may still be writing.
   */
  public <C extends Record> LongTaskKind<P> whenCancelled(
      TaskType<C> callback, Function<P, C> payload) {
    return new LongTaskKind<>(
        type, work, options, rows, whenDone, new Callback<>(callback, payload));
  }

  /** Its name and payload. */
  public TaskType<P> type() {
    return type;
  }

  /**
   * Registers the handler of its steps, and that of the task that starts it.
   *
   * @param dataSource the worker's database
   * @throws IllegalArgumentException when a kind of this name is registered already
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
      try {
        start(connection, task, payload, task.taskId());
        return Outcome.completed();
      } catch (NotNow e) {
        return Outcome.snooze(e.pause());
      }
    };
  }

  /** The id of the long task of this kind with a key. */
  public String id(String key) {
    return TaskIds.child(type.name() + '/' + key, 0).toString();
  }

  /** Whether a long task of this kind was started with a key, in whatever state it is. */
  public boolean started(Connection connection, String key) throws SQLException {
    return rows.exists(connection, id(key));
  }

  /**
   * Plans a long task and enqueues its first steps, in the transaction of the task that starts it.
   *
   * @param connection that transaction
   * @param task that task
   * @param key names it among those of its kind; where there is one with the key, not ended or
   *     ended within the last month, nothing is started
   * @return the long task's id
   * @throws NotNow to start it later; the transaction must be rolled back
   */
  public String start(Connection connection, TaskContext task, P payload, String key)
      throws Exception {
    String id = id(key);
    if (claim(connection, task, id, payload)) {
      plan(connection, task, payload, id, 0, callbackOptions(id, 0));
    }
    return id;
  }

  /**
   * The same for work that is done again and again, one run at a time: of a run with the key that
   * has ended nothing is kept, and another one is started.
   *
   * @return whether one was started; false when the last one has not ended
   * @throws NotNow to start it later; the transaction must be rolled back
   */
  public boolean startAgain(Connection connection, TaskContext task, P payload, String key)
      throws Exception {
    String id = id(key);
    OptionalInt epoch = rows.claimAgain(connection, id, codec.encode(payload), task.firing());
    if (epoch.isEmpty() && !claim(connection, task, id, payload)) {
      return false;
    }
    // One without lanes may have the epoch of the next one, or of the one before.
    plan(connection, task, payload, id, epoch.orElse(0), EnqueueOptions.DEFAULTS);
    return true;
  }

  private boolean claim(Connection connection, TaskContext task, String id, P payload)
      throws SQLException {
    byte[] body = codec.encode(payload);
    return rows.claim(connection, id, type.name(), options.queue(), body, task.firing());
  }

  /**
   * Plans one whose id is claimed.
   *
   * @param epoch the one that its lanes begin with
   * @param whenNothingToDo how its callback is enqueued where there are no lanes
   */
  private void plan(
      Connection connection,
      TaskContext task,
      P payload,
      String id,
      int epoch,
      EnqueueOptions whenNothingToDo)
      throws Exception {
    Plan plan = work.plan(payload, connection);
    rows.planned(connection, id, plan, epoch);
    for (int lane = 0; lane < plan.lanes().size(); lane++) {
      enqueue(connection, task, new Continuation(id, lane, 0, epoch));
    }
    if (plan.lanes().isEmpty() && whenDone != null) {
      whenDone.enqueue(connection, task, whenNothingToDo, payload);
    }
  }

  /**
   * Cancels a long task in the transaction of another task; see {@link LongTasks#cancel}.
   *
   * @return false when there is none with the id that runs or is paused
   */
  public boolean cancel(Connection connection, TaskContext task, String id) throws SQLException {
    @Nullable List<Continuation> last = rows.cancel(connection, id);
    if (last == null) {
      return false;
    }
    for (Continuation continuation : last) {
      enqueue(connection, task, continuation);
    }
    return true;
  }

  /** Enqueues the step that a continuation stands for. */
  void enqueue(Connection connection, TaskContext task, Continuation continuation)
      throws SQLException {
    task.enqueue(
        connection,
        continuations(),
        continuation,
        EnqueueOptions.DEFAULTS.taskId(continuation.taskId()));
  }

  /** Enqueues what follows a long task's end, which came with the last step of a lane. */
  void ended(State state, Connection connection, TaskContext task, Continuation last, P payload)
      throws SQLException {
    Callback<P, ?> callback = state == State.DONE ? whenDone : whenCancelled;
    if (callback != null) {
      callback.enqueue(connection, task, callbackOptions(last.longTask(), last.epoch()), payload);
    }
  }

  /** One that is started again has later epochs. */
  private static EnqueueOptions callbackOptions(String id, int epoch) {
    return EnqueueOptions.DEFAULTS.taskId(TaskIds.child(id, -1 - epoch).toString());
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

  /** What its continuations are, also those enqueued under a former name. */
  TaskType<Continuation> continuations() {
    return Continuation.type(type, options.queue());
  }

  /** Whether a long task that was started under a name is one of this kind. */
  boolean answersTo(String name) {
    return type.name().equals(name) || type.formerNames().contains(name);
  }

  /** The task that follows when all lanes have come to rest. */
  private record Callback<P extends Record, C extends Record>(
      TaskType<C> type, Function<P, C> callback) {

    void enqueue(Connection connection, TaskContext task, EnqueueOptions options, P payload)
        throws SQLException {
      task.enqueue(connection, type, callback.apply(payload), options);
    }
  }
}
