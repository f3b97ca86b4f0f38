package dev.sluice.worker.longtask;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.MalformedMessage;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.worker.GuardedConnection;
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

  /** How long a step waits when somebody holds its lane's row, or one that it writes to. */
  private static final Duration LOCKED = Duration.ofSeconds(10);

  private final PayloadCodec codec = new PayloadCodec();
  private final LongTaskKind<P> kind;
  private final LongTaskRows rows;
  private final LaneRows lanes;
  private final DataSource dataSource;
  private final StepRate rate;

  StepHandler(LongTaskKind<P> kind, DataSource dataSource) {
    this.kind = kind;
    this.dataSource = dataSource;
    rows = kind.rows();
    lanes = rows.lanes();
    rate = new StepRate(System::nanoTime);
  }

  @Override
  public Outcome handle(Continuation continuation, TaskContext task) throws Exception {
    // No connection is held while the step works.
    Optional<LaneAt> found =
        OwnTransaction.statement(dataSource, connection -> lanes.find(connection, continuation));
    if (found.isEmpty()) {
      return Outcome.discarded("long task " + continuation.longTask() + " does not exist");
    }
    LaneAt lane = found.get();
    if (!lane.expects(continuation)) {
      log.debug("{} is stale", continuation);
      return Outcome.completed();
    }
    if (!kind.answersTo(lane.name())) {
      return Outcome.dead(
          "long task " + continuation.longTask() + " is a " + lane.name() + ", no " + kind.type());
    }
    P payload;
    try {
      payload = payload(lane);
    } catch (MalformedMessage e) {
      return unreadable(continuation, e);
    }
    return lane.state() == State.CANCELLED
        ? commit(continuation, lane, Step.last(0), payload, task)
        : step(continuation, lane, payload, task);
  }

  private P payload(LaneAt lane) throws MalformedMessage {
    TaskMessage message = TaskMessage.builder("", lane.name(), lane.payload()).build();
    return codec.payload(kind.type(), codec.parse(message));
  }

  private Outcome unreadable(Continuation continuation, MalformedMessage e) {
    return new Outcome.Dead(
        "the payload of long task "
            + continuation.longTask()
            + " does not fit "
            + kind.type()
            + " any more ("
            + e.getMessage()
            + "); bring back what is missing, then redrive this task",
        e);
  }

  private Outcome step(Continuation continuation, LaneAt lane, P payload, TaskContext task)
      throws Exception {
    // The turn comes before anything is read: what is read must not grow old in waiting.
    LongTaskOptions pace = kind.work().pace(payload, kind.options());
    int asked = pace.unitsOfStep();
    Duration wait = rate.take(asked, pace.unitsPerSecond(), LongTaskOptions.PATIENCE);
    if (wait.compareTo(LongTaskOptions.PATIENCE) > 0) {
      return later(continuation, wait);
    }
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    Step done;
    try {
      done = kind.work().step(payload, lane.slice());
    } catch (NotNow e) {
      rate.giveBack(asked, pace.unitsPerSecond());
      return later(continuation, e.pause());
    }
    rate.giveBack(asked - done.units(), pace.unitsPerSecond());
    if (done.position() != null && done.position().equals(lane.slice().after())) {
      throw new IllegalArgumentException(
          "a step of "
              + kind.type()
              + " ended where it began, at "
              + done.position()
              + "; return Step.last when nothing is left, or throw NotNow to wait");
    }
    return commit(continuation, lane, done, payload, task);
  }

  private Outcome later(Continuation continuation, Duration pause) throws SQLException {
    boolean valid =
        OwnTransaction.statement(
            dataSource, connection -> lanes.putOff(connection, continuation, pause));
    return valid ? Outcome.snooze(pause) : Outcome.completed();
  }

  private Outcome commit(
      Continuation continuation, LaneAt lane, Step done, P payload, TaskContext task)
      throws SQLException {
    double latest = lane.rateAfter(done.units(), rows.now());
    try {
      OwnTransaction.run(
          dataSource,
          connection -> {
            if (lanes.advance(connection, continuation, done, latest)) {
              write(connection, done);
              follow(connection, continuation, done, payload, task);
            } else {
              log.debug("{} lost the race against its copy", continuation);
            }
            return done;
          });
      return Outcome.completed(done.result());
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.LOCK_TIMEOUT) {
        return Outcome.snooze(LOCKED);
      }
      throw e;
    }
  }

  private static void write(Connection connection, Step done) throws SQLException {
    if (done.write() == null) {
      return;
    }
    try (GuardedConnection guarded = new GuardedConnection(connection)) {
      done.write().apply(guarded.connection());
      guarded.throwIfRolledBack();
    }
  }

  private void follow(
      Connection connection, Continuation continuation, Step done, P payload, TaskContext task)
      throws SQLException {
    if (done.position() != null) {
      kind.enqueue(connection, task, continuation.next());
      return;
    }
    @Nullable State state = rows.laneDone(connection, continuation.longTask());
    if (state != null) {
      kind.ended(state, connection, task, continuation, payload);
    }
  }
}
