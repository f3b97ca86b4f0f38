package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.outbox.OutboxStats;
import dev.sluice.topology.QueueSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer with an outbox that is killed again and again, between MariaDB and RabbitMQ. */
class OutboxKillIT {
  private static final int KILLS = 20;
  private static final int MOST_SALES_OF_A_LIFE = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final String queue = "sales";
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final DatabaseService server = DevServices.shared().database();
  private final String url = server.jdbcUrl("kill" + UUID.randomUUID().toString().replace("-", ""));
  private DevServices own;
  private RabbitService rabbit;
  private Database database;
  private RabbitBroker broker;
  private Process producer;

  @BeforeEach
  void open() throws SQLException {
    own = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT));
    rabbit = own.rabbit();
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + url.replaceAll(".*/|\\?.*", ""));
    }
    database = Database.open(options());
    database.migrate();
    execute("CREATE TABLE sold (task CHAR(36) PRIMARY KEY)");
    execute("CREATE TABLE delivered (task CHAR(36))");
    broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    broker.declare(QueueSpec.of(queue));
    rabbit.flushDefinitions();
  }

  @AfterEach
  void close() throws Exception {
    if (producer != null) {
      producer.destroyForcibly().waitFor();
    }
    broker.close();
    database.close();
    own.close();
  }

  @Test
  void what_was_committed_is_executed_once_and_nothing_else() throws Exception {
    CompletableFuture<Void> back = CompletableFuture.completedFuture(null);
    try (Worker worker = worker()) {
      for (int kill = 1; kill <= KILLS; kill++) {
        int before = count("sold");
        int sales = 1 + random.nextInt(MOST_SALES_OF_A_LIFE);
        start(kill);
        awaitSales(kill, before + sales);
        if (kill % 7 == 2) {
          back.join();
          rabbit.kill();
        }
        if (kill % 7 == 5) {
          back = CompletableFuture.runAsync(rabbit::start);
        }
        producer.destroyForcibly().waitFor();
      }
      back.join();
      assertThat(rabbit.isRunning()).isTrue();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(stats()).isEqualTo(new OutboxStats(0, null, 0)));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(count("delivered")).isGreaterThanOrEqualTo(count("sold")));
      assertThat(worker.health().consuming()).isTrue();
    }

    List<String> delivered = tasks("delivered");
    assertThat(delivered).as("applied twice, seed " + seed).doesNotHaveDuplicates();
    assertThat(new HashSet<>(delivered))
        .as("seed " + seed)
        .isEqualTo(new HashSet<>(tasks("sold")))
        .hasSizeGreaterThan(KILLS);
  }

  private Worker worker() {
    WorkerOptions options =
        WorkerOptions.of(broker)
            .dataSource(database.dataSource())
            .controlBus(false)
            .queue(queue, QueueOptions.DEFAULTS.concurrency(4));
    return Worker.open(options)
        .handle(
            TransactingProducer.sale(queue),
            (sale, task, connection) -> {
              TransactingProducer.insert(connection, "delivered", task.taskId());
              return Outcome.completed();
            })
        .start();
  }

  private void start(int life) throws Exception {
    producer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TransactingProducer.class.getName(),
                rabbit.url(),
                url,
                server.user(),
                server.password(),
                queue)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log" + life).toFile())
            .start();
  }

  private void awaitSales(int life, int sales) throws Exception {
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(() -> count("sold") >= sales || !producer.isAlive());
    assertThat(producer.isAlive()).as(Files.readString(folder.resolve("log" + life))).isTrue();
  }

  private DatabaseOptions options() {
    return DatabaseOptions.of(url).user(server.user()).password(server.password());
  }

  private OutboxStats stats() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection);
    }
  }

  private int count(String table) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  private List<String> tasks(String table) throws SQLException {
    List<String> tasks = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT task FROM " + table)) {
      while (row.next()) {
        tasks.add(row.getString(1));
      }
    }
    return tasks;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
