package dev.sluice.worker.longtask;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.Transaction;
import dev.sluice.producer.TransactionWork;
import dev.sluice.task.TaskType;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The long tasks of a database, for those who watch and steer them.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class LongTasks {
  private final DataSource dataSource;
  private final Producer producer;
  private final InstantSource clock;
  private final LongTaskRows rows;
  private final ProgressQuery progress;

  /**
   * The long tasks of a database.
   *
   * @param producer enqueues continuations, in transactions of the database
   */
  public LongTasks(DataSource dataSource, Producer producer, InstantSource clock) {
    this.dataSource = dataSource;
    this.producer = producer;
    this.clock = clock;
    rows = new LongTaskRows(clock);
    progress = new ProgressQuery(clock);
  }

  /** How far one is; empty when there is none with the id. */
  public Optional<Progress> progress(String id) throws SQLException {
    return OwnTransaction.statement(dataSource, connection -> progress.one(connection, id));
  }

  /** Those that have not ended, the oldest first. */
  public List<Progress> open(int limit) throws SQLException {
    return OwnTransaction.statement(dataSource, connection -> progress.open(connection, limit));
  }

  /**
   * Stops a running one between two steps; what a step does at this moment is done again after
   * {@link #resume}.
   *
   * @return false when it is not running
   */
  public boolean pause(String id) throws SQLException {
    return transaction(
        transaction -> {
          boolean paused = rows.change(transaction.connection(), id, State.RUNNING, State.PAUSED);
          if (paused) {
            rows.lanes().nextEpoch(transaction.connection(), id);
          }
          return paused;
        });
  }

  /**
   * Lets a paused one go on where it was.
   *
   * @return false when it is not paused
   */
  public boolean resume(String id) throws SQLException {
    return transaction(
        transaction -> {
          boolean resumed = rows.change(transaction.connection(), id, State.PAUSED, State.RUNNING);
          if (resumed) {
            carryOn(transaction, id);
          }
          return resumed;
        });
  }

  /**
   * Ends a running or paused one for good. What is done stays done, and each lane may do the step
   * that it is at; it has ended when all of them have come to rest.
   *
   * @return false when it is neither
   */
  public boolean cancel(String id) throws SQLException {
    return transaction(
        transaction -> {
          @Nullable List<Continuation> last = rows.cancel(transaction.connection(), id);
          enqueue(transaction, id, last == null ? List.of() : last);
          return last != null;
        });
  }

  /**
   * Writes the continuations of lanes anew that have stood still for so long: their messages were
   * lost with a queue, or are dead. A step that waits for what it writes to does not stand still.
   * Should a continuation only have waited in a long backlog, it is stale when its turn comes; so
   * that the backlog is not outrun for ever, each rescue of a lane in a row waits twice as long as
   * the one before.
   *
   * @param patience for how long; much longer than a step takes, for example 10 minutes
   * @return ids of the long tasks of which a lane was rescued
   */
  public List<String> rescue(Duration patience) throws SQLException {
    return new LaneRescue(dataSource, rows.lanes())
        .run(clock.instant().minus(patience), lane -> rescue(lane, patience));
  }

  private boolean rescue(StoppedLane lane, Duration patience) throws SQLException {
    return transaction(
        transaction -> {
          boolean still = rows.lanes().rescue(transaction.connection(), lane, patience);
          if (still) {
            enqueue(transaction, lane.type(), List.of(lane.anew()));
          }
          return still;
        });
  }

  private void carryOn(Transaction transaction, String id) throws SQLException {
    enqueue(transaction, id, rows.lanes().nextEpoch(transaction.connection(), id));
  }

  private void enqueue(Transaction transaction, String id, List<Continuation> continuations)
      throws SQLException {
    if (!continuations.isEmpty()) {
      enqueue(
          transaction,
          rows.continuations(transaction.connection(), id).orElseThrow(),
          continuations);
    }
  }

  private static void enqueue(
      Transaction transaction, TaskType<Continuation> type, List<Continuation> continuations)
      throws SQLException {
    for (Continuation next : continuations) {
      transaction.enqueue(type, next, EnqueueOptions.DEFAULTS.taskId(next.taskId()));
    }
  }

  private boolean transaction(TransactionWork.WithResult<Boolean> work) throws SQLException {
    return Deadlocks.retried(() -> producer.transactionResult(dataSource, work));
  }
}
