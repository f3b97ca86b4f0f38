package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.keys.KeyStore;
import dev.sluice.message.PayloadCodec;
import dev.sluice.task.TaskType;
import dev.sluice.task.TimeLimits;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.governor.Governor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/**
 * How a worker runs.
 *
 * @param broker where tasks come from; stays open when the worker closes
 * @param dataSource the database of inbox, outbox and transactional handlers; empty for none
 * @param namedDatabases further databases, by the names that task types give ({@link
 *     dev.sluice.task.TaskType#database}); each has Sluice's tables
 * @param keys a store of exclusive tasks' keys beside the database's, Redis for example; stays open
 *     when the worker closes
 * @param node unique name of the worker; default {@code sluice@host-pid}, from the second one of a
 *     process on {@code sluice@host-pid-number}
 * @param queues what it consumes, by name without the namespace; at least one
 * @param limits time limits of task types that set none; default hard 15 minutes, no soft limit
 * @param consumerTimeout after this the broker takes back a delivery that is not settled; no time
 *     limit may be above it; default 30 minutes, RabbitMQ's own
 * @param shutdownDeadline how long running attempts may go on after a stop; default 30 s
 * @param unknownTaskPatience how long a task that no worker knows is tried; default 10 minutes
 * @param maxBodyBytes a larger body is dead before it is decoded; default 1 MiB
 * @param virtualThreads run handlers on virtual threads (JVM 21 or newer); default false
 * @param controlBus answer Celery's remote control; default true
 * @param clock wall clock
 * @param ticks monotonic nanoseconds, for time limits
 * @param random source of jitter
 * @param governor bounds the load; default one without limits
 * @param listeners told what happens; default a {@link LoggingListener}
 */
public record WorkerOptions(
    Broker broker,
    Optional<DataSource> dataSource,
    Map<String, DataSource> namedDatabases,
    Optional<KeyStore> keys,
    String node,
    Map<String, QueueOptions> queues,
    TimeLimits limits,
    Duration consumerTimeout,
    Duration shutdownDeadline,
    Duration unknownTaskPatience,
    int maxBodyBytes,
    boolean virtualThreads,
    boolean controlBus,
    InstantSource clock,
    LongSupplier ticks,
    RandomGenerator random,
    Governor governor,
    List<WorkerListener> listeners) {

  /** RabbitMQ closes the channel of a delivery that is not settled for so long. */
  private static final Duration CONSUMER_TIMEOUT = Duration.ofMinutes(30);

  private static final Duration HARD_LIMIT = Duration.ofMinutes(15);
  private static final AtomicInteger NAMED = new AtomicInteger();

  public WorkerOptions {
    queues = Map.copyOf(queues);
    for (String queue : queues.keySet()) {
      String whole = OrderPartitions.queueOf(queue);
      if (whole != null) {
        throw new IllegalArgumentException(
            "queue '"
                + queue
                + "' is a partition of '"
                + whole
                + "'; consume that with QueueOptions.ordered, or the order would be lost");
      }
    }
    listeners = List.copyOf(listeners);
    namedDatabases = Map.copyOf(namedDatabases);
    if (namedDatabases.containsKey(TaskType.MAIN_DATABASE)) {
      throw new IllegalArgumentException(
          "database '" + TaskType.MAIN_DATABASE + "' is the worker's dataSource; name another one");
    }
    if (dataSource.isEmpty() && !namedDatabases.isEmpty()) {
      throw new IllegalArgumentException(
          "databases "
              + namedDatabases.keySet()
              + " need the main one beside them, for crash marks and dead tasks; give a dataSource");
    }
    if (node.isBlank()) {
      throw new IllegalArgumentException("node: the worker's name is blank");
    }
    if (limits.hard() == null) {
      limits = limits.orElse(new TimeLimits(null, HARD_LIMIT));
    }
    if (shutdownDeadline.isNegative() || unknownTaskPatience.isNegative()) {
      throw new IllegalArgumentException(
          "shutdownDeadline and unknownTaskPatience must not be negative");
    }
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 1, is " + maxBodyBytes);
    }
  }

  /** Defaults; add a queue at least. */
  public static WorkerOptions of(Broker broker) {
    return new WorkerOptions(
        broker,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        defaultNode(),
        Map.of(),
        TimeLimits.NONE,
        CONSUMER_TIMEOUT,
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        PayloadCodec.DEFAULT_MAX_BYTES,
        false,
        true,
        InstantSource.system(),
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextLong(),
        new Governor(),
        List.of(new LoggingListener()));
  }

  public WorkerOptions dataSource(DataSource newDataSource) {
    return with(draft -> draft.dataSource = Optional.of(newDataSource));
  }

  /** Adds a database for task types that name it. */
  public WorkerOptions database(String name, DataSource database) {
    Map<String, DataSource> all = new LinkedHashMap<>(namedDatabases);
    all.put(name, database);
    return with(draft -> draft.namedDatabases = all);
  }

  public WorkerOptions keys(KeyStore newKeys) {
    return with(draft -> draft.keys = Optional.of(newKeys));
  }

  public WorkerOptions node(String newNode) {
    return with(draft -> draft.node = newNode);
  }

  /** Adds a queue with default options. */
  public WorkerOptions queue(String name) {
    return queue(name, QueueOptions.DEFAULTS);
  }

  /** Adds a queue, or replaces its options. */
  public WorkerOptions queue(String name, QueueOptions options) {
    Map<String, QueueOptions> all = new LinkedHashMap<>(queues);
    all.put(name, options);
    return with(draft -> draft.queues = all);
  }

  public WorkerOptions limits(TimeLimits newLimits) {
    return with(draft -> draft.limits = newLimits);
  }

  public WorkerOptions consumerTimeout(Duration newTimeout) {
    return with(draft -> draft.consumerTimeout = newTimeout);
  }

  public WorkerOptions shutdownDeadline(Duration newDeadline) {
    return with(draft -> draft.shutdownDeadline = newDeadline);
  }

  public WorkerOptions unknownTaskPatience(Duration newPatience) {
    return with(draft -> draft.unknownTaskPatience = newPatience);
  }

  public WorkerOptions maxBodyBytes(int newMaximum) {
    return with(draft -> draft.maxBodyBytes = newMaximum);
  }

  public WorkerOptions virtualThreads(boolean newVirtualThreads) {
    return with(draft -> draft.virtualThreads = newVirtualThreads);
  }

  public WorkerOptions controlBus(boolean newControlBus) {
    return with(draft -> draft.controlBus = newControlBus);
  }

  public WorkerOptions clock(InstantSource newClock) {
    return with(draft -> draft.clock = newClock);
  }

  public WorkerOptions ticks(LongSupplier newTicks) {
    return with(draft -> draft.ticks = newTicks);
  }

  public WorkerOptions random(RandomGenerator newRandom) {
    return with(draft -> draft.random = newRandom);
  }

  public WorkerOptions governor(Governor newGovernor) {
    return with(draft -> draft.governor = newGovernor);
  }

  /** Replaces every listener, the default one included. */
  public WorkerOptions listeners(List<WorkerListener> newListeners) {
    return with(draft -> draft.listeners = newListeners);
  }

  /** Adds a listener. */
  public WorkerOptions listener(WorkerListener listener) {
    List<WorkerListener> all = new ArrayList<>(listeners);
    all.add(listener);
    return with(draft -> draft.listeners = all);
  }

  /** Every database by its name, the main one first. */
  Map<String, DataSource> databases() {
    Map<String, DataSource> all = new LinkedHashMap<>();
    dataSource.ifPresent(main -> all.put(TaskType.MAIN_DATABASE, main));
    all.putAll(new TreeMap<>(namedDatabases));
    return all;
  }

  /** How a queue is declared, by its name on the broker. */
  QueueSpec spec(String fullName) {
    String whole = OrderPartitions.queueOf(fullName);
    if (whole != null) {
      return OrderPartitions.spec(fullName, spec(whole));
    }
    for (Map.Entry<String, QueueOptions> queue : queues.entrySet()) {
      QueueSpec.Profile profile = queue.getValue().profile();
      if (profile != null && broker.topology().queue(queue.getKey()).equals(fullName)) {
        return new QueueSpec(fullName, profile);
      }
    }
    return QueueSpec.of(fullName);
  }

  private WorkerOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.frozen();
  }

  /** Two workers of one name would fight for one control queue. */
  private static String defaultNode() {
    String process = "sluice@" + host() + "-" + ProcessHandle.current().pid();
    int number = NAMED.incrementAndGet();
    return number == 1 ? process : process + "-" + number;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static final class Draft {
    private final Broker broker;
    private Optional<DataSource> dataSource;
    private Map<String, DataSource> namedDatabases;
    private Optional<KeyStore> keys;
    private String node;
    private Map<String, QueueOptions> queues;
    private TimeLimits limits;
    private Duration consumerTimeout;
    private Duration shutdownDeadline;
    private Duration unknownTaskPatience;
    private int maxBodyBytes;
    private boolean virtualThreads;
    private boolean controlBus;
    private InstantSource clock;
    private LongSupplier ticks;
    private RandomGenerator random;
    private Governor governor;
    private List<WorkerListener> listeners;

    private Draft(WorkerOptions from) {
      broker = from.broker;
      dataSource = from.dataSource;
      namedDatabases = from.namedDatabases;
      keys = from.keys;
      node = from.node;
      queues = from.queues;
      limits = from.limits;
      consumerTimeout = from.consumerTimeout;
      shutdownDeadline = from.shutdownDeadline;
      unknownTaskPatience = from.unknownTaskPatience;
      maxBodyBytes = from.maxBodyBytes;
      virtualThreads = from.virtualThreads;
      controlBus = from.controlBus;
      clock = from.clock;
      ticks = from.ticks;
      random = from.random;
      governor = from.governor;
      listeners = from.listeners;
    }

    private WorkerOptions frozen() {
      return new WorkerOptions(
          broker,
          dataSource,
          namedDatabases,
          keys,
          node,
          queues,
          limits,
          consumerTimeout,
          shutdownDeadline,
          unknownTaskPatience,
          maxBodyBytes,
          virtualThreads,
          controlBus,
          clock,
          ticks,
          random,
          governor,
          listeners);
    }
  }
}
