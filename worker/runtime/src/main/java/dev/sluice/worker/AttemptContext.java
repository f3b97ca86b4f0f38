package dev.sluice.worker;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.outbox.Outbox;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.MessageFactory;
import dev.sluice.producer.NewTask;
import dev.sluice.producer.Parent;
import dev.sluice.task.TaskType;
import dev.sluice.worker.firing.FiringId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A handler's view of its attempt. Collects follow-up tasks; refuses them once it is closed. */
final class AttemptContext implements TaskContext, AutoCloseable {
  private final Attempt attempt;
  private final MessageFactory messages;
  private final @Nullable Outbox outbox;
  private final List<NewTask> followUps = new ArrayList<>();
  private int ordinal;
  private boolean usedOutbox;
  private volatile boolean closed;

  AttemptContext(Attempt attempt, MessageFactory messages, @Nullable Outbox outbox) {
    this.attempt = attempt;
    this.messages = messages;
    this.outbox = outbox;
  }

  /** The handler's outcome, which must not be null. */
  static Outcome checked(@Nullable Outcome outcome) {
    return Objects.requireNonNull(
        outcome, "the handler returned null; return Outcome.completed() instead");
  }

  @Override
  public String taskId() {
    return attempt.task().id();
  }

  @Override
  public String rootId() {
    return attempt.task().rootId();
  }

  @Override
  public int attempt() {
    return attempt.ref().attempt();
  }

  @Override
  public String queue() {
    return attempt.queue();
  }

  @Override
  public Map<String, @Nullable Object> headers() {
    Map<String, @Nullable Object> foreign = new HashMap<>(attempt.task().headers());
    foreign.keySet().removeIf(name -> name.startsWith("sluice-"));
    return foreign;
  }

  @Override
  public @Nullable FiringId firing() {
    return FiringId.of(attempt.task());
  }

  @Override
  public Instant deadline() {
    return attempt.deadline();
  }

  @Override
  public boolean stopRequested() {
    return attempt.stopRequested();
  }

  @Override
  public <F extends Record> String enqueue(TaskType<F> type, F payload, EnqueueOptions options) {
    NewTask followUp = create(type, payload, options);
    followUps.add(followUp);
    return followUp.taskId();
  }

  @Override
  public <F extends Record> String enqueue(
      Connection transaction, TaskType<F> type, F payload, EnqueueOptions options)
      throws SQLException {
    if (outbox == null) {
      throw new IllegalStateException("this worker has no database, hence no outbox");
    }
    NewTask followUp = create(type, payload, options);
    outbox.insert(transaction, List.of(followUp.routed()));
    usedOutbox = true;
    return followUp.taskId();
  }

  private <F extends Record> NewTask create(TaskType<F> type, F payload, EnqueueOptions options) {
    if (closed) {
      throw new IllegalStateException(
          "task " + taskId() + " has ended; enqueue its follow-ups before the handler returns");
    }
    if (options.exclusive() != null) {
      throw new IllegalArgumentException(
          "follow-up "
              + type.name()
              + " of task "
              + taskId()
              + " cannot be exclusive; enqueue it by a Producer, in the handler's transaction with"
              + " inTransaction(connection)");
    }
    if (options.orderKey() != null) {
      throw new IllegalArgumentException(
          "follow-up "
              + type.name()
              + " of task "
              + taskId()
              + " cannot have an order key: follow-ups leave in no order; enqueue it by a Producer"
              + " outside of a transaction");
    }
    return messages.create(type, payload, options, new Parent(taskId(), rootId(), ordinal++));
  }

  /** Whether the handler wrote to the outbox in a transaction of its own. */
  boolean usedOutbox() {
    return usedOutbox;
  }

  /** The follow-up tasks as rows for the outbox. */
  List<RoutedMessage> rows() {
    return followUps.stream().map(NewTask::routed).toList();
  }

  /** The follow-up tasks as messages to publish. */
  List<Settlement.Copy> copies() {
    return followUps.stream()
        .map(task -> new Settlement.Copy(task.route(), task.message()))
        .toList();
  }

  @Override
  public void close() {
    closed = true;
  }
}
