package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.loop.LoopRunner;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.OutboxRelay;
import dev.sluice.spool.SpoolException;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door for application code. What a returned enqueue promises:
 *
 * <table>
 *   <caption>Promises</caption>
 *   <tr><th>call</th><th>returns when</th><th>the task survives</th></tr>
 *   <tr><td>enqueue</td><td>the broker confirmed</td><td>what the broker survives</td></tr>
 *   <tr><td>enqueue, with a spool</td><td>it is appended to the local log</td>
 *       <td>a broker that is away, {@code kill -9}; power loss too with {@code Sync.ALWAYS}</td></tr>
 *   <tr><td>in a transaction</td><td>its row is inserted; promised from the commit on</td>
 *       <td>what the database survives</td></tr>
 * </table>
 *
 * <p>Every method throws {@link PayloadTooLarge}, {@link PayloadInvalid} or {@link
 * IllegalArgumentException} before anything is stored.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class Producer implements AutoCloseable {
  private final ProducerOptions options;
  private final MessageFactory factory;
  private final KeyedIntake intake;
  private final Transactions transactions;
  private final QueueGate gate;
  private final ProducerMonitor monitor;
  private final List<LoopRunner> loops = new ArrayList<>();
  private final @Nullable LoopRunner outboxRelay;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Producer(
      Topology topology,
      ProducerOptions options,
      QueueGate gate,
      Intake intake,
      @Nullable Broker broker) {
    this.options = options;
    this.gate = gate;
    factory =
        new MessageFactory(topology, options.origin(), options.maxBodyBytes(), options.clock());
    Outbox outbox = new Outbox(options.clock());
    TransactionKeys keys = new TransactionKeys(options.keys(), options.clock());
    transactions = new Transactions(outbox, factory, keys, gate);
    DataSource database = options.outbox();
    monitor = new ProducerMonitor(broker, intake, database);
    this.intake =
        new KeyedIntake(
            intake,
            options,
            database == null
                ? null
                : new ReplacingIntake(database, outbox, keys, this::nudgeOutbox));
    outboxRelay = database == null || broker == null ? null : startRelay(broker, database);
    if (!options.limits().isEmpty()) {
      loops.add(LoopRunner.start("queue-gate", gate));
    }
  }

  private LoopRunner startRelay(Broker broker, DataSource database) {
    loops.add(LoopRunner.start("producer-monitor", monitor));
    LoopRunner relay =
        LoopRunner.start(
            "outbox-relay", new OutboxRelay(database, broker, options.clock(), options.queues()));
    loops.add(relay);
    return relay;
  }

  /**
   * A producer on a broker, which stays the caller's to close and may be away.
   *
   * @throws SpoolException when there is to be a spool and it cannot be opened
   * @throws IllegalArgumentException when a queue's age is limited and the broker tells none
   */
  public static Producer open(Broker broker, ProducerOptions options) {
    QueueGate gate = new QueueGate(broker, options.limits(), options.clock());
    SpoolOptions spool = options.spool();
    Intake intake =
        spool == null
            ? new OrderedIntake(
                new BrokerIntake(
                    broker, new DeclaredQueues(broker, options.queues()), options.flushTimeout()),
                options.confirmTimeout())
            : SpoolIntake.open(options, spool, broker);
    return new Producer(broker.topology(), options, gate, intake, broker);
  }

  /**
   * A producer that knows no broker: it appends to a spool that another process relays, {@code
   * ops/sluice relay} for example.
   *
   * @param topology names the queues
   * @throws IllegalArgumentException when the options have no spool, or ask for what takes a broker
   * @throws SpoolException when the spool cannot be opened
   */
  public static Producer open(Topology topology, ProducerOptions options) {
    SpoolOptions spool = options.spool();
    if (spool == null || options.outbox() != null || !options.limits().isEmpty()) {
      throw new IllegalArgumentException(
          "a producer without a broker needs a spool, can relay no outbox and cannot see when a"
              + " queue is full; give it spool options, no outbox and no limits, or a broker");
    }
    QueueGate open = new QueueGate(null, options.limits(), options.clock());
    return new Producer(topology, options, open, SpoolIntake.open(options, spool, null), null);
  }

  /** As {@link #enqueue(TaskType, Record, EnqueueOptions)}, everything as the type says. */
  public <P extends Record> TaskHandle enqueue(TaskType<P> type, P payload) {
    return enqueue(type, payload, EnqueueOptions.DEFAULTS);
  }

  /**
   * Enqueues a task and waits until it is stored.
   *
   * @throws EnqueueUnknown when no confirm came: repeat with the exception's task id
   * @throws EnqueueException when the task is not stored; says why and what to do
   */
  public <P extends Record> TaskHandle enqueue(
      TaskType<P> type, P payload, EnqueueOptions options) {
    return await(factory.create(type, payload, options, null));
  }

  /** As {@link #enqueueAsync(TaskType, Record, EnqueueOptions)}, everything as the type says. */
  public <P extends Record> CompletableFuture<TaskHandle> enqueueAsync(
      TaskType<P> type, P payload) {
    return enqueueAsync(type, payload, EnqueueOptions.DEFAULTS);
  }

  /**
   * Enqueues a task; the future completes once it is stored, or fails with an {@link
   * EnqueueException}. The call itself waits while too many messages are unconfirmed, for the first
   * task of a queue, and for whatever stores what a task with a key needs: the store of keys, for
   * at most {@link ProducerOptions#confirmTimeout} an enqueue of the same key that is under way, or
   * the database of a task that replaces another.
   */
  public <P extends Record> CompletableFuture<TaskHandle> enqueueAsync(
      TaskType<P> type, P payload, EnqueueOptions options) {
    return store(factory.create(type, payload, options, null));
  }

  /**
   * Enqueues many tasks and waits until all are stored. When a payload or an option is wrong none
   * is.
   *
   * @return in the order of the requests
   * @throws EnqueueIncomplete when some were not accepted; says which
   */
  public List<TaskHandle> enqueueAll(List<? extends EnqueueRequest<?>> requests) {
    List<NewTask> tasks = new ArrayList<>(requests.size());
    for (EnqueueRequest<?> request : requests) {
      tasks.add(factory.create(request));
    }
    return Confirms.await(tasks, storeAll(tasks), options.confirmTimeout());
  }

  /**
   * Enqueues a task that is known by name only, as a command line does; its payload is not checked.
   *
   * @param version version of the payload, at least 1
   * @param queue its queue, without namespace
   * @throws EnqueueException as {@link #enqueue(TaskType, Record, EnqueueOptions)}
   */
  public TaskHandle enqueueNamed(
      String taskName, ObjectNode kwargs, int version, String queue, EnqueueOptions options) {
    return await(factory.createNamed(taskName, kwargs, version, queue, options));
  }

  /** As {@link #enqueueNamed}, without waiting for the confirm. */
  public CompletableFuture<TaskHandle> enqueueNamedAsync(
      String taskName, ObjectNode kwargs, int version, String queue, EnqueueOptions options) {
    return store(factory.createNamed(taskName, kwargs, version, queue, options));
  }

  /**
   * Does {@code work} in a transaction of its own. The tasks it enqueues are inserted by one
   * statement before the commit, and published right after it when {@link ProducerOptions#outbox}
   * is this data source; otherwise as soon as a relay of that database, a worker's for example,
   * looks. What {@code work} throws rolls everything back.
   *
   * @throws SQLException when nothing is committed; a connection lost during the commit leaves that
   *     open
   */
  public void transaction(DataSource dataSource, TransactionWork work) throws SQLException {
    transactionResult(
        dataSource,
        transaction -> {
          work.run(transaction);
          return null;
        });
  }

  /** As {@link #transaction}, and returns what {@code work} returns. */
  public <T extends @Nullable Object> T transactionResult(
      DataSource dataSource, TransactionWork.WithResult<T> work) throws SQLException {
    requireOpen();
    T result = transactions.run(dataSource, work);
    nudgeOutbox();
    return result;
  }

  /**
   * Enqueues in the caller's transaction, each call with one statement. Call {@link #nudgeOutbox}
   * after the commit, so that the tasks leave at once.
   *
   * @throws IllegalArgumentException when the connection commits each statement by itself
   */
  public Transaction inTransaction(Connection connection) throws SQLException {
    requireOpen();
    return transactions.in(connection);
  }

  /** Publishes what is committed in {@link ProducerOptions#outbox} now, rather than soon. */
  public void nudgeOutbox() {
    if (outboxRelay != null) {
      outboxRelay.nudge();
    }
  }

  /** How it is, and what it has not got rid of yet; asks no server. */
  public ProducerHealth health() {
    return monitor.health(!closed.get(), gate.fullQueues());
  }

  boolean relaysOutbox() {
    return outboxRelay != null;
  }

  /**
   * Takes no more tasks, and waits a bounded time until those it took are confirmed; what is left
   * in a spool then stays there, and is said so. The broker stays open. Closing again does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    intake.close();
    loops.forEach(LoopRunner::close);
  }

  private TaskHandle await(NewTask task) {
    return Confirms.await(task, store(task), options.confirmTimeout().toNanos());
  }

  private CompletableFuture<TaskHandle> store(NewTask task) {
    requireOpen();
    long start = System.nanoTime();
    QueueFull full = gate.refusal(task);
    return heard(
        task, start, full == null ? intake.take(task) : CompletableFuture.failedFuture(full));
  }

  private List<CompletableFuture<TaskHandle>> storeAll(List<NewTask> tasks) {
    requireOpen();
    long start = System.nanoTime();
    List<NewTask> passed = new ArrayList<>(tasks.size());
    Map<NewTask, QueueFull> refused = new IdentityHashMap<>();
    for (NewTask task : tasks) {
      QueueFull full = gate.refusal(task);
      if (full == null) {
        passed.add(task);
      } else {
        refused.put(task, full);
      }
    }
    Iterator<CompletableFuture<TaskHandle>> taken = intake.takeAll(passed).iterator();
    List<CompletableFuture<TaskHandle>> stored = new ArrayList<>(tasks.size());
    for (NewTask task : tasks) {
      QueueFull full = refused.get(task);
      stored.add(
          heard(task, start, full == null ? taken.next() : CompletableFuture.failedFuture(full)));
    }
    return stored;
  }

  private CompletableFuture<TaskHandle> heard(
      NewTask task, long start, CompletableFuture<TaskHandle> taken) {
    return taken.handle(
        (handle, failure) -> {
          if (failure == null) {
            if (handle.isNew()) {
              options.listener().enqueued(task, System.nanoTime() - start);
            }
            return handle;
          }
          EnqueueException cause = cause(task, failure);
          options.listener().failed(task, cause);
          throw cause;
        });
  }

  private static EnqueueException cause(NewTask task, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof EnqueueException known
        ? known
        : new EnqueueUnknown(task.taskId(), task.taskName(), cause);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the producer is closed; open another");
    }
  }
}
