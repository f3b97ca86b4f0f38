package dev.sluice.worker.longtask;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.Transaction;
import dev.sluice.task.TaskType;
import java.sql.Connection;
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
  }

  /** How far one is; empty when there is none with the id. */
  public Optional<Progress> progress(String id) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return ProgressQuery.one(connection, id);
    }
  }

  /** Those that have not ended, the oldest first. */
  public List<Progress> open(int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return ProgressQuery.open(connection, limit);
    }
  }

  /**
   * Stops a running one between two steps; what a step does at this moment is done again after
   * {@link #resume}.
   *
   * @return false when it is not running
   */
  public boolean pause(String id) throws SQLException {
    return producer.transactionResult(
        dataSource,
        transaction -> {
          boolean paused = rows.change(transaction.connection(), id, State.RUNNING, State.PAUSED);
          if (paused) {
            rows.nextEpoch(transaction.connection(), id);
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
    return producer.transactionResult(
        dataSource,
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
    return producer.transactionResult(
        dataSource,
        transaction -> {
          @Nullable List<Continuation> last = rows.cancel(transaction.connection(), id);
          enqueue(transaction, id, last == null ? List.of() : last);
          return last != null;
        });
  }

  /**
   * Writes the continuations of those anew that run and have a lane that has not moved for so long:
   * their messages were lost with a queue, or are dead. Should one of them only have waited in a
   * long backlog, it is stale when its turn comes.
   *
   * @return ids of the rescued
   */
  public List<String> rescue(Duration unmovedFor) throws SQLException {
    return producer.transactionResult(
        dataSource,
        transaction -> {
          List<String> ids =
              rows.stopped(transaction.connection(), clock.instant().minus(unmovedFor));
          for (String id : ids) {
            carryOn(transaction, id);
          }
          return ids;
        });
  }

  private void carryOn(Transaction transaction, String id) throws SQLException {
    enqueue(transaction, id, rows.nextEpoch(transaction.connection(), id));
  }

  private void enqueue(Transaction transaction, String id, List<Continuation> continuations)
      throws SQLException {
    Optional<TaskType<Continuation>> type = rows.continuations(transaction.connection(), id);
    for (Continuation next : continuations) {
      transaction.enqueue(type.orElseThrow(), next, EnqueueOptions.DEFAULTS.taskId(next.taskId()));
    }
  }
}
