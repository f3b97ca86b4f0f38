package dev.sluice.gateway;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.dead.DeadState;
import dev.sluice.worker.dead.DeadTask;
import dev.sluice.worker.dead.DeadTasks;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the tables know of a task. The inbox knows tasks whose effect is committed and those that
 * were revoked or discarded, by id alone; the dead tasks are known with their names. A task that
 * waits or runs, or that a plain handler has completed, is in neither.
 *
 * <p>A client is told of a dead task only when it may enqueue tasks of that name; to others the
 * task is unknown, whatever the inbox holds. Of a task that is in the inbox alone it is told the
 * state and nothing else, since nothing tells its name.
 *
 * <p>Threading: safe for use by any number of threads; a few ask the database at a time, so that
 * one that hangs leaves threads to those who enqueue.
 */
final class TaskStates {
  static final String UNKNOWN = "unknown";

  private static final Logger log = LoggerFactory.getLogger(TaskStates.class);
  private static final int AT_ONCE = 4;
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final DataSource dataSource;
  private final DeadTasks deadTasks;
  private final Inbox inbox;
  private final Semaphore asking = new Semaphore(AT_ONCE);
  private final AtomicBoolean away = new AtomicBoolean();

  TaskStates(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    deadTasks = new DeadTasks(dataSource, clock);
    inbox = new Inbox(clock);
  }

  /** The state of a task as the client may know it. */
  ObjectNode of(String taskId, Client client) {
    if (!asking.tryAcquire()) {
      throw away("too many ask for states at once");
    }
    try {
      ObjectNode state = state(taskId, client);
      away.set(false);
      return state;
    } catch (SQLException e) {
      if (!away.getAndSet(true)) {
        log.warn("the states of tasks cannot be read for now: {}", e.getMessage());
      }
      throw away("the database does not answer");
    } finally {
      asking.release();
    }
  }

  private ObjectNode state(String taskId, Client client) throws SQLException {
    ObjectNode answer = Answers.object().put("task_id", taskId);
    Optional<DeadTask> dead = deadTasks.latestOf(taskId);
    if (dead.isPresent() && !maySee(client, dead.get())) {
      return answer.put("state", UNKNOWN);
    }
    Optional<InboxKind> kind = inInbox(taskId);
    answer.put("state", name(kind, dead));
    dead.ifPresent(task -> describe(task, kind, answer));
    return answer;
  }

  private Optional<InboxKind> inInbox(String taskId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return inbox.find(connection, InboxKey.of(taskId));
    }
  }

  private static boolean maySee(Client client, DeadTask dead) {
    return dead.taskName() == null ? client.seesEveryTask() : client.mayEnqueue(dead.taskName());
  }

  private static String name(Optional<InboxKind> kind, Optional<DeadTask> dead) {
    if (kind.isPresent()) {
      return kind.get().name().toLowerCase(Locale.ROOT);
    }
    return dead.map(task -> task.state() == DeadState.APPLIED ? "done" : lower(task.state()))
        .orElse(UNKNOWN);
  }

  private static void describe(DeadTask task, Optional<InboxKind> kind, ObjectNode answer) {
    if (task.taskName() != null) {
      answer.put("task", task.taskName());
    }
    if (kind.isEmpty()) {
      answer
          .put("reason", task.reason())
          .put("attempts", task.attempts())
          .put("died_at", task.deadAt().toString())
          .put("since", task.stateAt().toString());
    }
  }

  private static String lower(DeadState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Refusal away(String reason) {
    return Problem.of(ProblemType.UNAVAILABLE, reason + "; ask again later")
        .retryAfter(RETRY)
        .refusal();
  }
}
