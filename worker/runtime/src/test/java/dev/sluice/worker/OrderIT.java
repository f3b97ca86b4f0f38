package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.worker.OrderedWorker.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Order keys between RabbitMQ, MariaDB and workers that come and go. */
class OrderIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final DevServices SERVICES = DevServices.shared();
  private static final int KEYS = 20;
  private static final int EACH = 15;

  @TempDir Path folder;
  private final String queue = "steps-" + UUID.randomUUID();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Database database;
  private Producer producer;

  @BeforeEach
  void open() throws SQLException {
    DatabaseService server = SERVICES.database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    // What one test leaves behind must not fail the others.
    execute("DELETE FROM sluice_order_waiting");
    execute("DELETE FROM sluice_order_holder");
    execute("DROP TABLE IF EXISTS ordered_effect");
    execute(
        "CREATE TABLE ordered_effect (n BIGINT AUTO_INCREMENT PRIMARY KEY,"
            + " order_key VARCHAR(50) NOT NULL, number INT NOT NULL)");
    producer = Producer.open(broker(), ProducerOptions.DEFAULTS);
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    database.close();
  }

  @Test
  void what_a_killed_worker_had_under_way_goes_on_in_order_elsewhere() throws Exception {
    Process doomed = process();
    await().atMost(PATIENCE).until(() -> consumers() == OrderPartitions.COUNT);
    worker();
    await().atMost(PATIENCE).until(() -> consumers() == 2 * OrderPartitions.COUNT);
    enqueueAll();
    awaitEffects(KEYS * EACH / 4);
    assertThat(doomed.isAlive()).isTrue();

    doomed.destroyForcibly().waitFor();

    awaitAllInOrder();
  }

  @Test
  void a_worker_that_drains_hands_over_in_order() throws Exception {
    Worker first = worker();
    await().atMost(PATIENCE).until(() -> consumers() == OrderPartitions.COUNT);
    worker();
    enqueueAll();
    awaitEffects(KEYS * EACH / 4);

    first.drain(Duration.ofSeconds(20));

    awaitAllInOrder();
  }

  @Test
  void a_restart_of_the_broker_changes_nothing_about_the_order() throws Exception {
    worker();
    worker();
    await().atMost(PATIENCE).until(() -> consumers() == 2 * OrderPartitions.COUNT);
    enqueueAll();
    awaitEffects(KEYS * EACH / 4);

    SERVICES.rabbit().restart();

    awaitAllInOrder();
  }

  @Test
  void who_lost_its_connection_amid_a_task_applies_nothing_behind_its_successors()
      throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    open.add(goOn::countDown);
    worker(
        (step, task, connection) -> {
          if (started.getCount() > 0) {
            started.countDown();
            goOn.await();
          }
          return OrderedWorker.apply(step, task, connection);
        });
    await().atMost(PATIENCE).until(() -> consumers() == OrderPartitions.COUNT);
    producer.enqueueAll(requests(1, EACH));
    started.await();

    SERVICES.rabbit().closeAllConnections();
    worker();
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(BrokerException.class)
        .until(() -> consumers() == 2 * OrderPartitions.COUNT);
    goOn.countDown();

    awaitAllInOrder(1, EACH);
  }

  @Test
  void connections_that_break_again_and_again_change_nothing_about_the_order() throws Exception {
    worker();
    worker();
    await().atMost(PATIENCE).until(() -> consumers() == 2 * OrderPartitions.COUNT);
    enqueueAll();
    for (int tenth = 1; tenth <= 6; tenth++) {
      awaitEffects(KEYS * EACH * tenth / 10);
      SERVICES.rabbit().closeAllConnections();
    }

    awaitAllInOrder();
  }

  @Test
  void a_database_that_is_away_for_a_while_changes_nothing_about_the_order() throws Exception {
    worker();
    await().atMost(PATIENCE).until(() -> consumers() == OrderPartitions.COUNT);
    enqueueAll();
    awaitEffects(KEYS * EACH / 4);

    SERVICES.database().stop();
    try {
      // Paused: what it had goes back.
      await().atMost(PATIENCE).until(() -> consumers() == 0);
    } finally {
      SERVICES.database().start();
    }

    awaitAllInOrder();
  }

  private void enqueueAll() {
    producer.enqueueAll(requests(KEYS, EACH));
  }

  private List<EnqueueRequest<Step>> requests(int keys, int each) {
    List<EnqueueRequest<Step>> requests = new ArrayList<>();
    for (int number = 0; number < each; number++) {
      for (int key = 0; key < keys; key++) {
        requests.add(
            new EnqueueRequest<>(
                OrderedWorker.step(queue),
                new Step("key-" + key, number),
                EnqueueOptions.DEFAULTS.orderKey("key-" + key)));
      }
    }
    return requests;
  }

  private void awaitAllInOrder() throws SQLException {
    awaitAllInOrder(KEYS, EACH);
  }

  private void awaitAllInOrder(int keys, int each) throws SQLException {
    awaitEffects(keys * each);
    await().atMost(PATIENCE).until(() -> count("sluice_order_holder") == 0);
    await().atMost(PATIENCE).until(this::waiting, waiting -> waiting == 0);
    Map<String, List<Integer>> effects = effects();
    assertThat(effects).hasSize(keys);
    List<Integer> inOrder = IntStream.range(0, each).boxed().toList();
    effects.forEach((key, numbers) -> assertThat(numbers).as(key).isEqualTo(inOrder));
    assertThat(count("sluice_order_waiting")).isZero();
  }

  private void awaitEffects(int least) {
    // A connection from before an outage of the database fails once.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> count("ordered_effect") >= least);
  }

  private Worker worker() {
    return worker(OrderedWorker::apply);
  }

  private Worker worker(TransactionalHandler<Step> handler) {
    Worker worker = OrderedWorker.open(broker(), database.dataSource(), queue, handler);
    open.add(worker);
    return worker.start();
  }

  private Broker broker() {
    RabbitBroker broker =
        RabbitBroker.open(
            RabbitOptions.of(SERVICES.rabbit().url()).topology(OrderedWorker.TOPOLOGY));
    open.add(broker);
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    return broker;
  }

  private Process process() throws Exception {
    DatabaseService server = SERVICES.database();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OrderedWorker.class.getName(),
                SERVICES.rabbit().url(),
                server.jdbcUrl(),
                server.user(),
                server.password(),
                queue)
            .redirectErrorStream(true)
            .redirectOutput(Files.createFile(folder.resolve("log")).toFile())
            .start();
    open.add(() -> process.destroyForcibly().waitFor());
    return process;
  }

  /** Consumers of all partitions. */
  private long consumers() {
    return partitions().mapToLong(line -> Long.parseLong(line.split("\t")[1])).sum();
  }

  /** Messages of all partitions, those that are under way included. */
  private long waiting() {
    return partitions().mapToLong(line -> Long.parseLong(line.split("\t")[2])).sum();
  }

  private Stream<String> partitions() {
    String full = OrderedWorker.TOPOLOGY.queue(queue) + ".order.";
    return SERVICES
        .rabbit()
        .ctl("-q", "list_queues", "name", "consumers", "messages")
        .lines()
        .filter(line -> line.startsWith(full));
  }

  private Map<String, List<Integer>> effects() throws SQLException {
    Map<String, List<Integer>> effects = new TreeMap<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT order_key, number FROM ordered_effect ORDER BY n")) {
      while (row.next()) {
        effects.computeIfAbsent(row.getString(1), key -> new ArrayList<>()).add(row.getInt(2));
      }
    }
    return effects;
  }

  private long count(String table) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
