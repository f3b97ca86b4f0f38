package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.governor.BreakerState;
import dev.sluice.worker.governor.DatabaseGovernor;
import dev.sluice.worker.governor.Governor;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker under load between RabbitMQ and a MariaDB that is stopped, stalls, or takes no writes.
 */
class DatabaseTroubleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long CEILING = 1_000;
  private static final int PREFETCH = 200;

  record Entry(int number) {}

  private final Topology topology = new Topology("t" + UUID.randomUUID());
  private final TaskType<Entry> type = TaskType.of("trouble.write", Entry.class).queue("trouble");
  private final Governor governor = new Governor();
  private final DatabaseGovernor load = governor.database(TaskType.MAIN_DATABASE);
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private DevServices own;
  private DatabaseService server;
  private Database database;
  private RabbitBroker broker;
  private Producer producer;
  private Worker worker;
  private ServerRows rows;
  private int enqueued;

  @BeforeEach
  void open() throws SQLException {
    own = DevServices.start(ServiceOptions.of(ServiceKind.DATABASE));
    server = own.database();
    // A user who is bound by read_only, as an application's should be.
    admin(
        "CREATE USER plain@'%' IDENTIFIED BY 'plain'",
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER"
            + " ON sluice.* TO plain@'%'");
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl())
                .user("plain")
                .password("plain")
                .connectTimeout(Duration.ofSeconds(2)));
    database.migrate();
    admin("CREATE TABLE sluice.effect (number INT NOT NULL, attempt INT NOT NULL)");
    rows = new ServerRows(server.jdbcUrl(), server.user(), server.password());
    broker =
        RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()).topology(topology));
    await().atMost(PATIENCE).until(() -> broker.health().connected());
    producer = Producer.open(broker, ProducerOptions.DEFAULTS);
    load.concurrency(8);
    load.ceiling(CEILING);
  }

  @AfterEach
  void close() throws Exception {
    if (worker != null) {
      worker.close();
    }
    rows.close();
    producer.close();
    broker.close();
    database.close();
    own.close();
  }

  @Test
  void a_database_that_is_stopped_for_a_minute_costs_no_attempt_and_comes_back_to_no_burst()
      throws Exception {
    enqueue(4_500);
    start();
    await().atMost(PATIENCE).until(() -> effects() > 1_000);

    server.kill();
    await().atMost(Duration.ofSeconds(10)).until(this::givenBack);
    assertThat(worker.health().detail()).contains("'main' is away");
    await()
        .pollDelay(Duration.ofSeconds(55))
        .atMost(Duration.ofSeconds(65))
        .until(() -> load.snapshot().breaker() == BreakerState.OPEN && givenBack());
    long most = rows.most();
    rows.again();
    server.start();

    awaitAllApplied();
    assertThat(most).as("before").isBetween(CEILING / 2, CEILING * 110 / 100);
    assertThat(rows.most()).as("after").isBetween(CEILING / 2, CEILING * 110 / 100);
    assertThat(load.snapshot().breaker()).isNotEqualTo(BreakerState.OPEN);
  }

  @Test
  void a_stall_of_two_seconds_is_followed_by_no_burst() throws Exception {
    enqueue(4_000);
    start();
    for (int stall = 0; stall < 3; stall++) {
      int before = effects();
      await().atMost(PATIENCE).until(() -> effects() > before + 500);
      signal("STOP");
      await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      signal("CONT");
    }
    awaitAllApplied();
    assertThat(rows.most()).isBetween(CEILING / 2, CEILING * 110 / 100);
  }

  @Test
  void a_database_that_takes_no_writes_costs_no_attempt() throws Exception {
    enqueue(2_000);
    start();
    await().atMost(PATIENCE).until(() -> effects() > 500);
    admin("SET GLOBAL read_only = 1");
    await().atMost(Duration.ofSeconds(10)).until(this::givenBack);
    int applied = effects();
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(10))
        .until(() -> effects() == applied && load.snapshot().breaker() == BreakerState.OPEN);

    admin("SET GLOBAL read_only = 0");
    awaitAllApplied();
    assertThat(rows.most()).isLessThanOrEqualTo(CEILING * 110 / 100);
  }

  @Test
  void a_ceiling_that_is_changed_during_a_burst_holds_at_once() throws Exception {
    enqueue(6_000);
    start();
    await().atMost(PATIENCE).until(() -> effects() > 1_000);
    load.ceiling(200);
    // What was written before is in no second of afterwards.
    await().pollDelay(Duration.ofMillis(1_050)).until(() -> true);
    rows.again();
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    assertThat(rows.most()).isBetween(150L, 220L);
    load.ceiling(3_000);
    awaitAllApplied();
    assertThat(rows.most()).isBetween(1_500L, 3_300L);
  }

  @Test
  void a_database_that_takes_200_ms_for_a_statement_gets_no_more_at_a_time() throws Exception {
    load.adaptive(8);
    enqueue(2_000);
    start();
    await().atMost(PATIENCE).until(() -> effects() > 1_000);
    admin(
        "CREATE TRIGGER sluice.slow BEFORE INSERT ON sluice.effect FOR EACH ROW"
            + " SET NEW.attempt = NEW.attempt + SLEEP(0.2)");
    await().atMost(PATIENCE).until(() -> load.snapshot().concurrency() <= 3);
    assertThat(load.snapshot().outstanding()).isLessThanOrEqualTo(CEILING / 10);
    admin("DROP TRIGGER sluice.slow");

    awaitAllApplied();
    assertThat(rows.most()).isLessThanOrEqualTo(CEILING * 110 / 100);
  }

  private void start() {
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .governor(governor)
                    .controlBus(false)
                    .queue("trouble", QueueOptions.DEFAULTS.concurrency(16).prefetch(PREFETCH))
                    .listener(new Wrong()))
            .handle(type, this::write)
            .start();
  }

  private Outcome write(Entry entry, TaskContext task, Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO effect (number, attempt) VALUES (?, ?)")) {
      insert.setInt(1, entry.number());
      insert.setInt(2, task.attempt());
      insert.executeUpdate();
    }
    return Outcome.completed();
  }

  private void enqueue(int tasks) {
    List<EnqueueRequest<Entry>> entries = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      entries.add(EnqueueRequest.of(type, new Entry(enqueued++)));
    }
    producer.enqueueAll(entries);
  }

  /** Nothing is held: all that was not started is back in the queue, which nobody consumes. */
  private boolean givenBack() {
    WorkerControl.Queue queue = worker.control().stats().queues().get(topology.queue("trouble"));
    return !queue.consuming() && queue.waiting() == 0 && queue.running() == 0;
  }

  private void awaitAllApplied() throws SQLException {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> effects() >= enqueued);
    assertThat(query("SELECT COUNT(DISTINCT number) FROM sluice.effect")).isEqualTo(enqueued);
    assertThat(effects()).as("applied twice").isEqualTo(enqueued);
    assertThat(query("SELECT COUNT(*) FROM sluice.effect WHERE attempt <> 1"))
        .as("used up an attempt")
        .isZero();
    assertThat(wrong).isEmpty();
  }

  private int effects() throws SQLException {
    return query("SELECT COUNT(*) FROM sluice.effect");
  }

  private int query(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private void admin(String... statements) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private Connection connection() throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** What must not happen to any task. */
  private final class Wrong implements WorkerListener {
    @Override
    public void retried(Retried event) {
      wrong.add("retried " + event.cause());
    }

    @Override
    public void dead(Dead event) {
      wrong.add("dead " + event.detail());
    }
  }
}
