package dev.sluice.worker;

import dev.sluice.broker.BrokerException;
import dev.sluice.loop.Loop;
import dev.sluice.loop.LoopRunner;
import dev.sluice.outbox.OutboxRelay;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import dev.sluice.worker.control.ControlBus;
import dev.sluice.worker.dead.DeadLetterArchiver;
import dev.sluice.worker.governor.Governor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs handlers for the tasks of some queues.
 *
 * <pre>{@code
 * try (Worker worker = Worker.open(WorkerOptions.of(broker).queue("clicks"))) {
 *   worker.handle(CLICK, (click, task) -> Outcome.completed()).start();
 *   worker.awaitStopped();
 * }
 * }</pre>
 *
 * <p>Threading: handlers are registered by one thread before the start; everything else may be
 * called by any thread.
 */
public final class Worker implements Handlers, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private enum State {
    NEW,
    RUNNING,
    STOPPING,
    STOPPED
  }

  private final WorkerOptions options;
  private final HandlerTable handlers;
  private final Wiring wiring;
  private final AttemptRunner runner;
  private final BatchRunner batchRunner;
  private final DeadlineWatch deadlines;
  private final List<QueueConsumer> consumers = new ArrayList<>();
  private final List<AutoCloseable> background = new ArrayList<>();
  private final ControlDesk control;
  private final QueueKeeper keeper;
  private final Shutdown shutdown;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private State state = State.NEW;

  private Worker(WorkerOptions options) {
    this.options = options;
    handlers = new HandlerTable(options.databases().keySet());
    wiring = new Wiring(options, handlers);
    runner = new AttemptRunner(wiring);
    batchRunner = new BatchRunner(wiring, runner);
    deadlines =
        new DeadlineWatch(
            () -> consumers, options.ticks(), wiring.listener(), this::settleAbandoned);
    keeper = new QueueKeeper(consumers, wiring);
    wiring.pauses(keeper::pause);
    shutdown = new Shutdown(consumers, deadlines);
    control = new ControlDesk(wiring, consumers, deadlines, this::stopInBackground);
  }

  /**
   * A worker that does nothing yet.
   *
   * @throws IllegalArgumentException when the options make no sense together, saying which and why
   */
  public static Worker open(WorkerOptions options) {
    return new Worker(options);
  }

  @Override
  public <P extends Record> Worker handle(TaskType<P> type, TaskHandler<P> handler) {
    register(new Registration.Plain<>(type, handler));
    return this;
  }

  @Override
  public <P extends Record> Worker handle(TaskType<P> type, TransactionalHandler<P> handler) {
    register(new Registration.Transactional<>(type, handler));
    return this;
  }

  @Override
  public <P extends Record> Worker handleBatch(
      TaskType<P> type, BatchOptions options, BatchHandler<P> handler) {
    register(new Registration.Batch<>(type, options, handler));
    return this;
  }

  /**
   * Starts consuming. Returns at once; while the broker is away the worker waits for it.
   *
   * @throws IllegalArgumentException when a time limit or a prefetch is too large, naming the fix
   */
  public synchronized Worker start() {
    require(State.NEW, "started");
    if (options.queues().isEmpty()) {
      throw new IllegalArgumentException("queues: the worker consumes nothing; add a queue");
    }
    HandlerTable.checkLimit("limits", options.limits().hard(), options.consumerTimeout());
    handlers.checkLimits(options.consumerTimeout());
    PrefetchPlan plan =
        PrefetchPlan.of(options.queues(), options.maxBodyBytes(), Runtime.getRuntime().maxMemory());
    addConsumers(plan);
    state = State.RUNNING;
    run("deadline-watch", deadlines);
    run("governor", options.governor().upkeep());
    startDatabaseRoles();
    declareDeadQueue();
    consumers.forEach(consumer -> consumer.start(options.broker()));
    LoopRunner keeping = run("queue-keeper", keeper);
    for (WorkerDatabase database : wiring.databases()) {
      background.add(database.governor().onChange(keeping::nudge));
    }
    startControlBus();
    log.info("Worker {} consumes {}", options.node(), options.queues().keySet());
    return this;
  }

  /** What an operator may ask and tell. */
  public WorkerControl control() {
    return control;
  }

  /** Whether every queue is being consumed, or why not. */
  public synchronized WorkerHealth health() {
    if (state != State.RUNNING) {
      return new WorkerHealth(false, "the worker is " + state.name().toLowerCase(Locale.ROOT));
    }
    for (QueueConsumer consumer : consumers) {
      if (!consumer.consuming()) {
        return new WorkerHealth(
            false,
            "queue '"
                + consumer.queue()
                + "' is not consumed: "
                + Objects.requireNonNullElse(
                    consumer.paused(), options.broker().health().detail()));
      }
    }
    return new WorkerHealth(true, "consuming " + options.queues().keySet());
  }

  /**
   * Stops: takes nothing new, gives back what has not started, lets running attempts go on for up
   * to {@code deadline}, then interrupts them and gives their tasks back. A second call waits for
   * the first.
   */
  public void drain(Duration deadline) {
    if (stopping()) {
      shutdown.drain(deadline);
      finish();
    }
    awaitStopped();
  }

  /** Stops at once: interrupts what runs and gives everything back. Also ends a drain. */
  public void stopNow() {
    shutdown.hurry();
    drain(Duration.ZERO);
  }

  /** Waits until the worker is stopped, by a drain or by an operator. */
  public void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Drains within the configured shutdown deadline. */
  @Override
  public void close() {
    drain(options.shutdownDeadline());
  }

  private synchronized void register(Registration<?> registration) {
    require(State.NEW, "given a handler");
    handlers.add(registration);
  }

  private void addConsumers(PrefetchPlan plan) {
    Topology topology = options.broker().topology();
    for (Map.Entry<String, QueueOptions> entry : options.queues().entrySet()) {
      QueueOptions queue = entry.getValue();
      QueueSpec spec = options.spec(topology.queue(entry.getKey()));
      int prefetch = plan.prefetch(queue, handlers.largestBatch(entry.getKey()));
      Partitions partitions =
          queue.ordered() ? wiring.partitions(spec, prefetch) : Partitions.none(spec);
      addConsumer(spec, partitions, queue.concurrency(), prefetch);
      govern(spec.name(), queue);
    }
    if (options.dataSource().isEmpty()) {
      // With a database the archiver takes them from there itself.
      QueueSpec unrouted = QueueSpec.of(topology.unrouted());
      addConsumer(unrouted, Partitions.none(unrouted), 1, 1);
    }
  }

  private void addConsumer(QueueSpec spec, Partitions partitions, int concurrency, int prefetch) {
    consumers.add(
        new QueueConsumer(
            spec,
            partitions,
            concurrency,
            prefetch,
            runner,
            batchRunner,
            options.clock(),
            HandlerThreads.of(spec.name(), options.virtualThreads())));
  }

  private void govern(String name, QueueOptions queue) {
    Governor governor = options.governor();
    governor.weight(name, queue.weight());
    if (queue.slo() != null) {
      governor.slo(name, queue.slo());
    }
    governor.add(consumers.get(consumers.size() - 1));
  }

  private void startDatabaseRoles() {
    options.databases().forEach(this::startRoles);
    if (options.dataSource().isEmpty()) {
      return;
    }
    DataSource main = wiring.mainDatabase().governed();
    DeadLetterArchiver archiver = new DeadLetterArchiver(options.broker(), main, options.clock());
    run("dead-letter-archiver", archiver);
    background.add(archiver);
  }

  private void startRoles(String name, DataSource dataSource) {
    WorkerDatabase database = wiring.database(name);
    String suffix = name.equals(TaskType.MAIN_DATABASE) ? "" : "-" + name;
    LoopRunner prober =
        run("breaker-prober" + suffix, database.governor().prober(new DatabaseProbe(dataSource)));
    background.add(database.governor().onChange(prober::nudge));
    LoopRunner relay =
        run(
            "outbox-relay" + suffix,
            new OutboxRelay(database.governed(), options.broker(), options.clock(), options::spec));
    database.relayNudge(relay::nudge);
    LoopRunner revocations = run("revocations" + suffix, database.revocations());
    control.revocationsNudge(revocations::nudge);
  }

  private LoopRunner run(String role, Loop loop) {
    LoopRunner running = LoopRunner.start(role, loop);
    background.add(running);
    return running;
  }

  private void startControlBus() {
    if (options.controlBus()) {
      background.add(ControlBus.start(options.broker(), control));
    }
  }

  private void declareDeadQueue() {
    try {
      options.broker().declare(QueueSpec.of(options.broker().topology().deadQueue()));
    } catch (BrokerException e) {
      // Declared again when the first dead task finds it missing.
      log.warn("The dead queue is not declared yet: {}", e.getMessage());
    }
  }

  private void settleAbandoned(Attempt attempt) {
    runner.settle(attempt, wiring.verdicts().ended(attempt, null));
  }

  private void stopInBackground() {
    new Thread(this::close, "sluice-shutdown").start();
  }

  private synchronized boolean stopping() {
    boolean first = state == State.NEW || state == State.RUNNING;
    if (first) {
      state = State.STOPPING;
    }
    return first;
  }

  private void finish() {
    for (AutoCloseable role : background) {
      try {
        role.close();
      } catch (Exception e) {
        log.warn("A background role did not end cleanly", e);
      }
    }
    synchronized (this) {
      state = State.STOPPED;
    }
    stopped.countDown();
    log.info("Worker {} has stopped", options.node());
  }

  private void require(State wanted, String verb) {
    if (state != wanted) {
      throw new IllegalStateException(
          "worker " + options.node() + " cannot be " + verb + " any more, it is " + state);
    }
  }
}
