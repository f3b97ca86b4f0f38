package dev.sluice.worker;

import dev.sluice.broker.Route;
import dev.sluice.outbox.OutboxMessage;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskType;
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
  private final FollowUps messages;
  private final List<OutboxMessage> followUps = new ArrayList<>();
  private volatile boolean closed;

  AttemptContext(Attempt attempt, FollowUps messages) {
    this.attempt = attempt;
    this.messages = messages;
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
    return attempt.delivery().queue();
  }

  @Override
  public Map<String, @Nullable Object> headers() {
    Map<String, @Nullable Object> foreign = new HashMap<>(attempt.task().headers());
    foreign.keySet().removeIf(name -> name.startsWith("sluice-"));
    return foreign;
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
    if (closed) {
      throw new IllegalStateException(
          "task " + taskId() + " has ended; enqueue its follow-ups before the handler returns");
    }
    OutboxMessage message =
        messages.message(attempt.task(), followUps.size(), type, payload, options);
    followUps.add(message);
    return Objects.requireNonNull(message.message().correlationId());
  }

  /** The follow-up tasks as rows for the outbox. */
  List<OutboxMessage> rows() {
    return followUps;
  }

  /** The follow-up tasks as messages to publish. */
  List<Settlement.Copy> copies() {
    List<Settlement.Copy> copies = new ArrayList<>(followUps.size());
    for (OutboxMessage row : followUps) {
      copies.add(
          new Settlement.Copy(
              row.eta() == null
                  ? new Route.ToQueue(row.queue())
                  : new Route.Delayed(row.queue(), row.eta()),
              row.message()));
    }
    return copies;
  }

  @Override
  public void close() {
    closed = true;
  }
}
