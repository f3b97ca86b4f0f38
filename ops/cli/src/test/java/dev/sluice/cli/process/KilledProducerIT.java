package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.QueueStats;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.RabbitService;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.spool.SpoolView;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TransactionalHandler;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that enqueues 5,000 tasks a second through its spool is killed twenty times, while
 * RabbitMQ is killed and comes back: each id whose enqueue returned is executed, and none applied
 * twice.
 */
class KilledProducerIT {
  private static final int KILLS = 20;
  private static final String QUEUE = "spooled";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long SEED = 20261121;

  @TempDir Path folder;
  private final Random random = new Random(SEED);
  private DevServices services;
  private RabbitService rabbit;
  private Database database;
  private RabbitBroker broker;
  private Path spool;
  private Path ids;

  @BeforeEach
  void open() throws SQLException {
    // A RabbitMQ of its own, since it is killed.
    services = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT));
    rabbit = services.rabbit();
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl())
                .user(server.user())
                .password(server.password())
                .poolSize(20));
    database.migrate();
    execute("DROP TABLE IF EXISTS spool_effect");
    // No key: a second effect would be seen.
    execute("CREATE TABLE spool_effect (task CHAR(36) NOT NULL)");
    broker = RabbitBroker.open(RabbitOptions.of(rabbit.url()));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    broker.declare(QueueSpec.of(QUEUE));
    rabbit.flushDefinitions();
    spool = folder.resolve("spool");
    ids = folder.resolve("ids");
  }

  @AfterEach
  void close() {
    broker.close();
    database.close();
    services.close();
  }

  @ParameterizedTest(name = "relayed by the same process: {0}")
  @ValueSource(booleans = {true, false})
  void each_id_whose_enqueue_returned_is_executed_and_none_applied_twice(boolean relaying)
      throws Exception {
    WorkerOptions options =
        WorkerOptions.of(broker)
            .dataSource(database.dataSource())
            .queue(QUEUE, QueueOptions.DEFAULTS.concurrency(16));
    try (Worker worker = Worker.open(options)) {
      TransactionalHandler<SpoolingProducer.Click> handler = KilledProducerIT::effect;
      worker.handle(SpoolingProducer.type(QUEUE), handler);
      worker.start();
      for (int life = 1; life <= KILLS; life++) {
        if (life == 5 || life == 13) {
          rabbit.kill();
        }
        if (life == 8 || life == 15) {
          rabbit.start();
        }
        liveAndDie(life, relaying);
      }
      drainTheSpool();
      Set<String> accepted = new HashSet<>(Files.readAllLines(ids));
      assertThat(accepted).as("enough to prove something").hasSizeGreaterThan(KILLS * 200);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(missing(accepted)).isEmpty());
      // What was published twice must have had its chance to be applied twice.
      await()
          .atMost(PATIENCE)
          .until(() -> broker.stats(QUEUE).map(QueueStats::ready).orElse(0L) == 0);
    }
    assertThat(count("SELECT COUNT(*) - COUNT(DISTINCT task) FROM spool_effect"))
        .as("applied twice")
        .isZero();
    assertThat(new SpoolView(spool).setAside()).isEmpty();
  }

  private static Outcome effect(
      SpoolingProducer.Click click, TaskContext task, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO spool_effect (task) VALUES (?)")) {
      insert.setString(1, task.taskId());
      insert.executeUpdate();
    }
    return Outcome.completed();
  }

  /** One life of the producer, and of the relay when that is a process of its own. */
  private void liveAndDie(int life, boolean relaying) throws Exception {
    List<Process> processes = new ArrayList<>();
    try {
      long before = length(ids);
      Process producer =
          java(
              life,
              "producer",
              SpoolingProducer.class.getName(),
              rabbit.url(),
              spool.toString(),
              ids.toString(),
              QUEUE,
              Boolean.toString(relaying));
      processes.add(producer);
      if (!relaying) {
        processes.add(java(life, "relay", "dev.sluice.cli.Main", "relay", spool.toString()));
      }
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> length(ids) > before || !producer.isAlive());
      assertThat(producer.isAlive()).as(log(life, "producer")).isTrue();
      // The moment of the kill is the point of the test, not a wait for something.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(50, 700));
    } finally {
      for (Process process : processes) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private Process java(int life, String role, String main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(role + life).toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(Map.of("SLUICE_BROKER_URL", rabbit.url()));
    return builder.start();
  }

  /** What a dead process left, the next one publishes: here one that ends after that. */
  private void drainTheSpool() throws Exception {
    Process relay =
        java(KILLS + 1, "relay", "dev.sluice.cli.Main", "relay", "--exit", spool.toString());
    assertThat(relay.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as(log(KILLS + 1, "relay"))
        .isTrue();
    assertThat(relay.exitValue()).as(log(KILLS + 1, "relay")).isZero();
    assertThat(new SpoolView(spool).waiting()).as(log(KILLS + 1, "relay")).isZero();
  }

  private Set<String> missing(Set<String> accepted) throws SQLException {
    Set<String> missing = new HashSet<>(accepted);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT task FROM spool_effect")) {
      while (row.next()) {
        missing.remove(row.getString(1));
      }
    }
    return missing;
  }

  private String log(int life, String role) throws IOException {
    return Files.readString(folder.resolve(role + life));
  }

  private static long length(Path file) {
    return file.toFile().length();
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
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
