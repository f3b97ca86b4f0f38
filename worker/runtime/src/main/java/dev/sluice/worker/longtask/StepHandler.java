package dev.sluice.worker.longtask;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one step of a lane, then moves the lane's row by compare-and-set together with the next
 * continuation. The lane's row is the inbox of these messages: a copy that comes late, or twice,
 * changes nothing, and a crash repeats at most one step of each lane.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class StepHandler<P extends Record> implements TaskHandler<Continuation> {
  private static final Logger log = LoggerFactory.getLogger(StepHandler.class);

  private final PayloadCodec codec = new PayloadCodec();
  private final LongTaskKind<P> kind;
  private final LongTaskRows rows;
  private final DataSource dataSource;
  private final StepRate rate;

  StepHandler(LongTaskKind<P> kind, DataSource dataSource) {
    this.kind = kind;
    this.dataSource = dataSource;
    rows = kind.rows();
    rate = new StepRate(kind.options().unitsPerSecond(), System::nanoTime);
  }

  @Override
  public Outcome handle(Continuation continuation, TaskContext task) throws Exception {
    Optional<LaneAt> found = find(continuation);
    if (found.isEmpty()) {
      return Outcome.discarded("long task " + continuation.longTask() + " does not exist");
    }
    LaneAt lane = found.get();
    if (!lane.expects(continuation)) {
      log.debug("{} is stale", continuation);
      return Outcome.completed();
    }
    P payload = payload(lane);
    if (lane.state() == State.CANCELLED) {
      commit(continuation, Step.last(0), payload, task);
      return Outcome.completed();
    }
    // The turn comes before anything is read: what is read must not grow old in waiting.
    int asked = kind.options().unitsOfStep();
    Duration wait = rate.take(asked, LongTaskOptions.PATIENCE);
    if (wait.compareTo(LongTaskOptions.PATIENCE) > 0) {
      return Outcome.snooze(wait);
    }
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    Step done;
    try {
      done = kind.work().step(payload, lane.slice());
    } catch (NotNow e) {
      rate.giveBack(asked);
      return Outcome.snooze(e.pause());
    }
    rate.giveBack(asked - done.units());
    commit(continuation, done, payload, task);
    return Outcome.completed();
  }

  /** No connection is held while the step works. */
  private Optional<LaneAt> find(Continuation continuation) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return rows.find(connection, continuation);
    }
  }

  private P payload(LaneAt lane) throws MalformedMessage {
    TaskMessage message = TaskMessage.builder("", lane.name(), lane.payload()).build();
    return codec.payload(kind.type(), codec.parse(message));
  }

  private void commit(Continuation continuation, Step done, P payload, TaskContext task)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (rows.advance(connection, continuation, done)) {
          if (done.write() != null) {
            done.write().apply(connection);
          }
          follow(connection, continuation, done, payload, task);
        } else {
          log.debug("{} lost the race against its copy", continuation);
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private void follow(
      Connection connection, Continuation continuation, Step done, P payload, TaskContext task)
      throws SQLException {
    if (done.position() != null) {
      kind.enqueue(connection, task, continuation.next());
    } else {
      @Nullable State state = rows.laneDone(connection, continuation.longTask());
      if (state != null) {
        kind.ended(state, connection, task, continuation.longTask(), payload);
      }
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException lost) {
      cause.addSuppressed(lost);
    }
  }
}
