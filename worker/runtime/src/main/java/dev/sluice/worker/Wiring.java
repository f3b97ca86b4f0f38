package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.DeclaredQueues;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.PayloadSchemas;
import dev.sluice.outbox.Outbox;
import dev.sluice.producer.MessageFactory;
import dev.sluice.task.TaskType;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxRows;
import dev.sluice.worker.order.OrderRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The parts of a worker, put together in one place. */
final class Wiring {
  private static final Duration PUBLISH_PATIENCE = Duration.ofSeconds(30);
  private static final long FEWEST_HAND_OVERS = 8;

  /** Without crash marks of our own an orderly return must not look like a crash. */
  private static final long FEWEST_HAND_OVERS_UNMARKED = 2;

  private final WorkerOptions options;
  private final HandlerTable handlers;
  private final Counters counters = new Counters();
  private final WorkerListener listener;
  private final PayloadCodec codec;
  private final PayloadSchemas schemas = new PayloadSchemas();
  private final Verdicts verdicts;
  private final Settler settler;
  private final RunGate gate = new RunGate();
  private final Deadlines deadlines;
  private final CrashMarks crashMarks;
  private final Revocations revocations;
  private final ExclusiveKeys exclusives;
  private final FiringOutcomes firings;
  private final MessageFactory messages;
  private final Inbox inbox;
  private final InboxRows inboxRows;
  private final @Nullable Outbox outbox;
  private volatile Predicate<String> pauses = queue -> true;
  private final Map<String, WorkerDatabase> databases = new LinkedHashMap<>();

  Wiring(WorkerOptions options, HandlerTable handlers) {
    this.options = options;
    this.handlers = handlers;
    Broker broker = options.broker();
    List<WorkerListener> listeners = new ArrayList<>(options.listeners());
    listeners.add(counters);
    listeners.add(new SloListener(options.governor(), options.clock()));
    listener = new Listeners(listeners);
    codec = new PayloadCodec(options.maxBodyBytes());
    verdicts =
        new Verdicts(
            new DeadLetters(broker.topology(), options.node(), options.clock()),
            options,
            queue -> pauses.test(queue));
    messages =
        new MessageFactory(
            broker.topology(), options.node(), options.maxBodyBytes(), options.clock());
    DataSource database = options.dataSource().orElse(null);
    inbox = new Inbox(options.clock());
    inboxRows = new InboxRows(options.clock());
    revocations = new Revocations(database, inbox);
    exclusives = new ExclusiveKeys(options);
    firings =
        new FiringOutcomes(
            database == null
                ? null
                : governor().database(TaskType.MAIN_DATABASE).governed(database),
            options.clock());
    settler =
        new Settler(
            new CopyPublisher(
                broker,
                new DeclaredQueues(broker, options::spec),
                PUBLISH_PATIENCE,
                options.random()),
            database == null ? FEWEST_HAND_OVERS_UNMARKED : FEWEST_HAND_OVERS);
    deadlines = new Deadlines(options);
    crashMarks =
        database == null
            ? CrashMarks.countedByBroker()
            : new JdbcCrashMarks(
                governor().database(TaskType.MAIN_DATABASE).governed(database), options.clock());
    outbox = database == null ? null : new Outbox(options.clock());
    options.databases().forEach(this::addDatabase);
  }

  private void addDatabase(String name, DataSource dataSource) {
    boolean main = name.equals(TaskType.MAIN_DATABASE);
    databases.put(
        name,
        new WorkerDatabase(
            dataSource, governor().database(name), main ? exclusives : ExclusiveKeys.none(), this));
  }

  /** Who pauses queues whose database is away, and says whether a queue is one of them. */
  void pauses(Predicate<String> newPauses) {
    pauses = newPauses;
  }

  WorkerOptions options() {
    return options;
  }

  HandlerTable handlers() {
    return handlers;
  }

  Counters counters() {
    return counters;
  }

  WorkerListener listener() {
    return listener;
  }

  PayloadCodec codec() {
    return codec;
  }

  PayloadSchemas schemas() {
    return schemas;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  Settler settler() {
    return settler;
  }

  RunGate gate() {
    return gate;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  CrashMarks crashMarks() {
    return crashMarks;
  }

  Revocations revocations() {
    return revocations;
  }

  ExclusiveKeys exclusives() {
    return exclusives;
  }

  FiringOutcomes firings() {
    return firings;
  }

  AttemptContext context(Attempt attempt) {
    return new AttemptContext(attempt, messages, outbox);
  }

  Inbox inbox() {
    return inbox;
  }

  InboxRows inboxRows() {
    return inboxRows;
  }

  Governor governor() {
    return options.governor();
  }

  /** Every database of the worker, the main one first. */
  Collection<WorkerDatabase> databases() {
    return databases.values();
  }

  /** The database that tasks of this type write to. */
  WorkerDatabase database(TaskType<?> type) {
    return database(type.database());
  }

  WorkerDatabase mainDatabase() {
    return database(TaskType.MAIN_DATABASE);
  }

  WorkerDatabase database(String name) {
    return Objects.requireNonNull(databases.get(name), name);
  }

  /** The partitions of an ordered queue. */
  Partitions partitions(QueueSpec queue, int prefetch) {
    if (options.dataSource().isEmpty()) {
      throw new IllegalArgumentException(
          "queue '"
              + queue.name()
              + "' is ordered, and what waits for an earlier task of its order key"
              + " waits in the database; give the worker a dataSource");
    }
    WorkerDatabase main = mainDatabase();
    return new Partitions(
        queue, prefetch, new OrderRows(main.governed(), options.clock()), main::nudgeRelay);
  }

  Outbox outbox() {
    return Objects.requireNonNull(outbox, "the outbox needs a database");
  }
}
