package dev.sluice.testkit;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerControl;
import dev.sluice.worker.WorkerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that gives each test a producer, a broker in memory and a worker with one
 * thread a queue, on a clock that stands still until the test moves it.
 *
 * <pre>{@code
 * @RegisterExtension
 * SluiceTest sluice = SluiceTest.with(handlers -> handlers.handle(CLICK, this::record));
 *
 * @Test
 * void a_click_is_counted() {
 *   String id = sluice.enqueue(CLICK, new Click(42, "/home"));
 *   sluice.drain();
 *   assertThat(sluice.outcomes(id)).extracting(TaskOutcome::kind).containsExactly(COMPLETED);
 * }
 * }</pre>
 */
public final class SluiceTest implements BeforeEachCallback, AfterEachCallback {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Real time, after which a test that waits for its handlers fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration LONGEST_TEST = Duration.ofDays(365);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final BiConsumer<Handlers, @Nullable DataSource> handlers;
  private UnaryOperator<WorkerOptions> options = UnaryOperator.identity();
  private boolean wantsDatabase;
  private @Nullable Running running;

  private record Running(
      VirtualClock clock,
      InMemoryBroker memory,
      RecordingBroker broker,
      OutcomeRecorder outcomes,
      @Nullable Database database,
      Collection<DataSource> named,
      Producer producer,
      Worker worker) {}

  private SluiceTest(BiConsumer<Handlers, @Nullable DataSource> handlers) {
    this.handlers = handlers;
  }

  /** Runs these handlers; their types tell which queues are consumed. */
  public static SluiceTest with(Consumer<Handlers> handlers) {
    return new SluiceTest((registry, database) -> handlers.accept(registry));
  }

  /** Runs handlers that need the test's database, as {@link #withDatabase} gives it. */
  public static SluiceTest withDatabase(BiConsumer<Handlers, DataSource> handlers) {
    return new SluiceTest(
            (registry, database) -> handlers.accept(registry, Objects.requireNonNull(database)))
        .withDatabase();
  }

  /**
   * Gives each test an empty H2 database of its own, with Sluice's tables; the producer keeps keys
   * and replacing tasks in it.
   */
  public SluiceTest withDatabase() {
    wantsDatabase = true;
    return this;
  }

  /** Changes the worker's options. */
  public SluiceTest withOptions(UnaryOperator<WorkerOptions> change) {
    options = change;
    return this;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    VirtualClock clock = new VirtualClock(START);
    InMemoryBroker memory = InMemoryBroker.manual(Topology.DEFAULT, clock);
    RecordingBroker broker = new RecordingBroker(memory);
    OutcomeRecorder outcomes = new OutcomeRecorder();
    Database database = wantsDatabase ? openDatabase() : null;
    Producer producer = Producer.open(broker, producerOptions(database, clock));
    HandlerList list = new HandlerList();
    handlers.accept(list, database == null ? null : database.dataSource());
    WorkerOptions made = workerOptions(broker, database, clock, list, outcomes);
    Worker worker = Worker.open(made);
    list.registerAt(worker);
    Collection<DataSource> named = made.namedDatabases().values();
    running = new Running(clock, memory, broker, outcomes, database, named, producer, worker);
    worker.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Running test = running();
    test.worker().stopNow();
    test.producer().close();
    test.memory().close();
    if (test.database() != null) {
      test.database().close();
    }
  }

  /** Enqueues a task; returns its id. */
  public <P extends Record> String enqueue(TaskType<P> type, P payload) {
    return enqueue(type, payload, EnqueueOptions.DEFAULTS);
  }

  /** Enqueues a task; returns its id. */
  public <P extends Record> String enqueue(TaskType<P> type, P payload, EnqueueOptions options) {
    return running().producer().enqueue(type, payload, options).taskId();
  }

  /** Publishes any message, as a foreign producer might. */
  public void publish(String queue, Message message) {
    String name = broker().topology().queue(queue);
    broker().declare(QueueSpec.of(name));
    broker().publish(new Route.ToQueue(name), message).join();
  }

  /** Runs everything that may start now, and what follows from it; time stands still. */
  public void drain() {
    running().memory().deliverDue();
    long start = System.nanoTime();
    while (busy()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError(
            "tasks are still running after " + PATIENCE + ": " + worker().control().active());
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Lets time pass, stopping at each delay that ends on the way to run what is due. */
  public void advance(Duration by) {
    drain();
    Instant end = clock().instant().plus(by);
    for (Instant due; (due = nextDue()) != null && !due.isAfter(end); ) {
      clock().set(due);
      drain();
    }
    clock().set(end);
    drain();
  }

  /** Lets time pass until no message is delayed any more; a year of it at most. */
  public void advanceToEnd() {
    drain();
    Instant end = clock().instant().plus(LONGEST_TEST);
    for (Instant due; (due = nextDue()) != null; ) {
      if (due.isAfter(end)) {
        throw new AssertionError("messages are still delayed after " + LONGEST_TEST);
      }
      clock().set(due);
      drain();
    }
  }

  /** What became of a task's deliveries, in order. */
  public List<TaskOutcome> outcomes(String taskId) {
    return running().outcomes().of(taskId);
  }

  /** What the worker sent to the dead queue, in order. */
  public List<DeadTask> deadTasks() {
    return running().broker().dead();
  }

  public VirtualClock clock() {
    return running().clock();
  }

  /** The broker that the worker uses. */
  public Broker broker() {
    return running().broker();
  }

  /** The same broker, with the switches that break it. */
  public InMemoryBroker memory() {
    return running().memory();
  }

  public Producer producer() {
    return running().producer();
  }

  public Worker worker() {
    return running().worker();
  }

  /** The database of {@link #withDatabase}. */
  public DataSource dataSource() {
    Database database = running().database();
    if (database == null) {
      throw new IllegalStateException("this test has no database; add withDatabase()");
    }
    return database.dataSource();
  }

  private Running running() {
    return Objects.requireNonNull(
        running, "no test is running; put @RegisterExtension on the field of SluiceTest");
  }

  private @Nullable Instant nextDue() {
    return running().memory().nextDue().orElse(null);
  }

  /**
   * Idle is: the broker has nothing left, then the outbox is empty, and nothing was published
   * meanwhile. What the broker handed over is settled then, and listeners may still be told of it.
   */
  private boolean busy() {
    long published = running().broker().published();
    return !running().memory().quiescent()
        || outboxDue()
        || running().broker().published() != published
        || worker().control().stats().queues().values().stream()
            .mapToInt(WorkerControl.Queue::running)
            .anyMatch(attempts -> attempts > 0);
  }

  private boolean outboxDue() {
    if (running().database() == null) {
      return false;
    }
    try {
      if (outboxDue(dataSource())) {
        return true;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the test's database failed", e);
    }
    return running().named().stream().anyMatch(this::namedOutboxDue);
  }

  /** A test may have taken the database away: then nothing leaves it. */
  private boolean namedOutboxDue(DataSource named) {
    try {
      return outboxDue(named);
    } catch (SQLException e) {
      return false;
    }
  }

  private boolean outboxDue(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement due =
            connection.prepareStatement("SELECT 1 FROM sluice_outbox WHERE not_before <= ?")) {
      due.setObject(1, LocalDateTime.ofInstant(clock().instant(), ZoneOffset.UTC));
      try (ResultSet rows = due.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static ProducerOptions producerOptions(@Nullable Database database, VirtualClock clock) {
    ProducerOptions made = ProducerOptions.DEFAULTS.clock(clock);
    return database == null ? made : made.outbox(database.dataSource());
  }

  private WorkerOptions workerOptions(
      Broker broker,
      @Nullable Database database,
      VirtualClock clock,
      HandlerList list,
      OutcomeRecorder outcomes) {
    WorkerOptions made =
        WorkerOptions.of(broker)
            .node("sluice@test")
            .clock(clock)
            .ticks(clock::ticks)
            .controlBus(false)
            .listener(outcomes);
    for (String queue : list.queues()) {
      made = made.queue(queue, QueueOptions.DEFAULTS.concurrency(1));
    }
    return options.apply(database == null ? made : made.dataSource(database.dataSource()));
  }

  private static Database openDatabase() {
    Database database =
        Database.open(
            DatabaseOptions.of(
                "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
    database.migrate();
    return database;
  }
}
