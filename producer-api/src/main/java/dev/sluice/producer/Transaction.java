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
  private final boolean deferred;
  private final List<RoutedMessage> pending = new ArrayList<>();

  /**
   * A transaction.
   *
   * @param deferred whether rows wait for {@link #write}, to be inserted by one statement
   */
  Transaction(Connection connection, Outbox outbox, MessageFactory factory, boolean deferred) {
    this.connection = connection;
    this.outbox = outbox;
    this.factory = factory;
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
   */
  public <P extends Record> TaskHandle enqueue(TaskType<P> type, P payload, EnqueueOptions options)
      throws SQLException {
    return enqueueAll(List.of(new EnqueueRequest<>(type, payload, options))).get(0);
  }

  /** Enqueues many tasks when the transaction commits, with one statement. */
  public List<TaskHandle> enqueueAll(List<? extends EnqueueRequest<?>> requests)
      throws SQLException {
    List<TaskHandle> handles = new ArrayList<>(requests.size());
    List<RoutedMessage> messages = new ArrayList<>(requests.size());
    for (EnqueueRequest<?> request : requests) {
      NewTask task = factory.create(request);
      messages.add(task.routed());
      handles.add(TaskHandle.of(task));
    }
    pending.addAll(messages);
    if (!deferred) {
      write();
    }
    return handles;
  }

  /** Inserts the rows that wait. */
  void write() throws SQLException {
    outbox.insert(connection, pending);
    pending.clear();
  }
}
