package dev.sluice.producer;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.outbox.Outbox;
import dev.sluice.task.TaskType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Enqueues tasks in a database transaction: they are accepted once it is committed; a transaction
 * that is rolled back enqueues nothing. No order is kept between them.
 *
 * <p>Threading: for one thread, its connection's.
 */
public final class Transaction {
  private final Connection connection;
  private final Outbox outbox;
  private final MessageFactory factory;
  private final TransactionKeys keys;
  private final QueueGate gate;
  private final boolean deferred;
  private final List<RoutedMessage> pending = new ArrayList<>();

  /**
   * A transaction.
   *
   * @param deferred whether rows wait for {@link #write}, to be inserted by one statement
   */
  Transaction(
      Connection connection,
      Outbox outbox,
      MessageFactory factory,
      TransactionKeys keys,
      QueueGate gate,
      boolean deferred) {
    this.connection = connection;
    this.outbox = outbox;
    this.factory = factory;
    this.keys = keys;
    this.gate = gate;
    this.deferred = deferred;
  }

  /** The connection of the transaction, for the writes that the tasks belong to. */
  public Connection connection() {
    return connection;
  }

  /** As {@link #enqueue(TaskType, Record, EnqueueOptions)}, everything as the type says. */
  public <P extends Record> TaskHandle enqueue(TaskType<P> type, P payload) throws SQLException {
    return enqueue(type, payload, EnqueueOptions.DEFAULTS);
  }

  /**
   * Enqueues a task when the transaction commits.
   *
   * @throws PayloadTooLarge when the body is over the limit
   * @throws PayloadInvalid when the payload breaks its schema
   * @throws QueueFull when its queue has reached its limits
   * @throws KeyConflict when its once key stands for another payload
   * @throws SQLException with the state 40001 when it lost a deadlock, perhaps against others that
   *     wait for its key, or with the code 1020 when the key changed since the transaction's
   *     snapshot (MariaDB 11.6 or newer): run the whole transaction again
   */
  public <P extends Record> TaskHandle enqueue(TaskType<P> type, P payload, EnqueueOptions options)
      throws SQLException {
    return enqueueAll(List.of(new EnqueueRequest<>(type, payload, options))).get(0);
  }

  /**
   * Enqueues many tasks when the transaction commits, with one statement. When a payload or an
   * option is wrong none is.
   *
   * @throws KeyConflict when the once key of one stands for another payload; those before it in the
   *     list are enqueued
   */
  public List<TaskHandle> enqueueAll(List<? extends EnqueueRequest<?>> requests)
      throws SQLException {
    List<NewTask> tasks = new ArrayList<>(requests.size());
    for (EnqueueRequest<?> request : requests) {
      if (request.options().orderKey() != null) {
        throw new IllegalArgumentException(
            "task "
                + request.type().name()
                + " has an order key, and the outbox keeps no order; enqueue it after the commit,"
                + " by the Producer itself");
      }
      NewTask task = factory.create(request);
      QueueFull full = gate.refusal(task);
      if (full != null) {
        throw full;
      }
      tasks.add(task);
    }
    List<TaskHandle> handles = new ArrayList<>(tasks.size());
    try {
      for (NewTask task : tasks) {
        handles.add(place(task));
      }
    } catch (RuntimeException e) {
      // Those before it have their keys: they must not be held for nothing.
      writeUnlessDeferred();
      throw e;
    }
    writeUnlessDeferred();
    return handles;
  }

  private TaskHandle place(NewTask task) throws SQLException {
    TransactionKeys.Placed placed = keys.place(connection, task);
    if (placed.message() != null) {
      pending.add(placed.message());
    }
    return placed.handle();
  }

  private void writeUnlessDeferred() throws SQLException {
    if (!deferred) {
      write();
    }
  }

  /** Inserts the rows that wait. */
  void write() throws SQLException {
    outbox.insert(connection, pending);
    pending.clear();
  }
}
