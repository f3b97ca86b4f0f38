package dev.sluice.worker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Route;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import dev.sluice.worker.BatchOptions;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerListener;
import dev.sluice.worker.WorkerOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** SQL tasks on a real database. */
class SqlTaskIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SqlParameter ID = SqlParameter.of("id", SqlType.LONG);
  private static final SqlParameter NAME = SqlParameter.of("name", SqlType.STRING);
  private static final SqlParameter VERSION = SqlParameter.of("version", SqlType.LONG);
  private static final SqlParameter DELTA = SqlParameter.of("delta", SqlType.LONG);
  private static final String COUNT =
      "INSERT INTO sql_task (id, n) VALUES (:id, :delta) ON DUPLICATE KEY UPDATE n = n + VALUES(n)";

  /** Waits for the whole batch, so that there is one. */
  private static final BatchOptions FULL = new BatchOptions(500, Duration.ofSeconds(2));

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger duplicates = new AtomicInteger();
  private final Map<String, String> dead = new ConcurrentHashMap<>();
  private Database database;
  private Worker worker;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("DROP TABLE IF EXISTS sql_task");
    execute(
        "CREATE TABLE sql_task (id BIGINT PRIMARY KEY, name VARCHAR(10) NOT NULL DEFAULT '',"
            + " n BIGINT NOT NULL DEFAULT 0, version BIGINT NOT NULL DEFAULT 0)");
    broker.declare(QueueSpec.of("sql"));
    worker =
        Worker.open(
            WorkerOptions.of(broker)
                .dataSource(database.dataSource())
                .controlBus(false)
                .queue("sql", QueueOptions.DEFAULTS.concurrency(2).prefetch(1200))
                .listener(new Ends()));
  }

  @AfterEach
  void close() throws SQLException {
    worker.stopNow();
    broker.close();
    execute("DROP TABLE IF EXISTS sql_task");
    database.close();
  }

  @Test
  void what_is_delivered_twice_is_inserted_once() throws SQLException {
    run(task("add", "INSERT INTO sql_task (id, name) VALUES (:id, :name)", ID, NAME));
    for (int i = 0; i < 300; i++) {
      String id = TaskIds.next(Instant.now()).toString();
      deliver(id, "add", "{'id': " + i + ", 'name': 'n'}");
      deliver(id, "add", "{'id': " + i + ", 'name': 'n'}");
    }

    await().atMost(PATIENCE).until(() -> completed.get() == 300 && duplicates.get() == 300);
    assertThat(rows("SELECT COUNT(*) FROM sql_task")).containsExactly("300");
    assertThat(dead).isEmpty();
  }

  @Test
  void a_guarded_upsert_keeps_the_newest_version_in_any_order() throws SQLException {
    run(
        task(
                "put",
                "INSERT INTO sql_task (id, name, version) VALUES (:id, :name, :version)"
                    + " ON DUPLICATE KEY UPDATE name = VALUES(name)",
                ID,
                NAME,
                VERSION)
            .guard("version"));
    Random random = new Random();
    Map<Long, Long> newest = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      long id = random.nextInt(20);
      long version = 1 + random.nextInt(1000);
      newest.merge(id, version, Math::max);
      deliver("put", "{'id': %d, 'name': 'v%d', 'version': %d}".formatted(id, version, version));
    }

    await().atMost(PATIENCE).until(() -> completed.get() == 400);
    assertThat(rows("SELECT CONCAT(id, ' ', name, ' ', version) FROM sql_task ORDER BY id"))
        .containsExactlyElementsOf(
            newest.entrySet().stream()
                .map(e -> e.getKey() + " v" + e.getValue() + " " + e.getValue())
                .toList());
  }

  @Test
  void guarded_updates_and_deletes_change_older_versions_only() throws SQLException {
    execute("INSERT INTO sql_task (id, name, version) VALUES (1, 'a', 5), (2, 'b', 5)");
    run(
        task("rename", "UPDATE sql_task SET name = :name WHERE id = :id", ID, NAME, VERSION)
            .guard("version"),
        task("remove", "DELETE FROM sql_task WHERE id = :id", ID, VERSION).guard("version"));
    deliver("rename", "{'id': 1, 'name': 'new', 'version': 6}");
    deliver("rename", "{'id': 2, 'name': 'old', 'version': 5}");
    deliver("remove", "{'id': 1, 'version': 4}");
    await().atMost(PATIENCE).until(() -> completed.get() == 3);
    assertThat(rows("SELECT CONCAT(id, name, version) FROM sql_task ORDER BY id"))
        .containsExactly("1new6", "2b5");

    deliver("remove", "{'id': 2, 'version': 6}");
    await().atMost(PATIENCE).until(() -> completed.get() == 4);
    assertThat(rows("SELECT id FROM sql_task")).containsExactly("1");
  }

  @Test
  void one_value_that_is_too_long_among_five_hundred_costs_its_own_task_alone()
      throws SQLException {
    run(task("add", "INSERT INTO sql_task (id, name) VALUES (:id, :name)", ID, NAME).batch(FULL));
    String poison = "";
    for (int i = 0; i < 500; i++) {
      String name = i == 321 ? "longer than ten" : "n";
      String id = deliver("add", "{'id': %d, 'name': '%s'}".formatted(i, name));
      poison = i == 321 ? id : poison;
    }

    await().atMost(PATIENCE).until(() -> completed.get() == 499 && dead.size() == 1);
    assertThat(dead.get(poison))
        .startsWith("the database refuses a value of it: ")
        .contains("Data too long for column 'name'");
    assertThat(rows("SELECT COUNT(*) FROM sql_task")).containsExactly("499");
  }

  @Test
  void a_batch_of_inserts_is_one_statement_with_on_duplicate_key_update_too() throws SQLException {
    run(task("count", COUNT, ID, DELTA).batch(FULL));
    long before = inserts();
    for (int i = 0; i < 500; i++) {
      deliver("count", "{'id': %d, 'delta': 2}".formatted(i % 250));
    }

    await().atMost(PATIENCE).until(() -> completed.get() == 500);
    assertThat(inserts() - before).as("INSERTs of 500 tasks, the inbox's too").isLessThan(50);
    assertThat(rows("SELECT DISTINCT n FROM sql_task")).containsExactly("4");
  }

  @Test
  void counters_are_merged_to_what_single_tasks_would_have_written() throws SQLException {
    run(
        task("count", COUNT, ID, DELTA).merge(true),
        task("take", "UPDATE sql_task SET n = n - :delta WHERE id = :id", ID, DELTA).merge(true));
    for (int id = 0; id < 5; id++) {
      execute("INSERT INTO sql_task (id) VALUES (" + id + ")");
    }
    Random random = new Random();
    Map<Long, Long> expected = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      long id = random.nextInt(5);
      long delta = random.nextInt(-50, 1000);
      boolean count = random.nextBoolean();
      expected.merge(id, count ? delta : -delta, Long::sum);
      deliver(count ? "count" : "take", "{'id': %d, 'delta': %d}".formatted(id, delta));
    }

    await().atMost(PATIENCE).until(() -> completed.get() == 1000);
    assertThat(rows("SELECT CONCAT(id, ' ', n) FROM sql_task ORDER BY id"))
        .containsExactlyElementsOf(
            expected.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          DELETE FROM no_such_table WHERE id = :id | no_such_table' doesn't exist
          DELETE FROM sql_task WHERE idd = :id | Unknown column 'idd'
          UPDATE sql_task SET nname = 'x' WHERE id = :id | Unknown column 'nname'
          INSERT INTO sql_task (id, nname) VALUES (:id, 'x') | Unknown column 'nname'
          INSERT INTO sql_task (id) VALUES (:id) ON DUPLICATE KEY UPDATE m = 1 | Unknown column 'm'
          DELETE FROM sql_task WHERE id = :id AND AND 1 | error in your SQL syntax
          """)
  void what_the_database_does_not_have_is_refused_at_the_start(String statement, String reason)
      throws SQLException {
    SqlTask task = SqlTask.of(task("check", statement, ID));
    try (Connection connection = database.dataSource().getConnection()) {
      SqlTask.of(task("check", COUNT, ID, DELTA)).check(connection);
      assertThatThrownBy(() -> task.check(connection))
          .isInstanceOf(SqlTaskInvalid.class)
          .hasMessageStartingWith("tasks.sql.check.statement: database 'main' refuses it: ")
          .hasMessageContaining(reason);
    }
  }

  @Test
  void merging_inserts_takes_a_unique_key() throws SQLException {
    SqlTask merging = SqlTask.of(task("count", COUNT, ID, DELTA).merge(true));
    SqlTask elsewhere =
        SqlTask.of(
            task("count", COUNT.replace("sql_task", "`" + schema() + "`.sql_task"), ID, DELTA)
                .merge(true));
    try (Connection connection = database.dataSource().getConnection()) {
      merging.check(connection);
      elsewhere.check(connection);
      execute("ALTER TABLE sql_task DROP PRIMARY KEY");
      assertThatThrownBy(() -> merging.check(connection))
          .hasMessageStartingWith("tasks.sql.count.merge: no unique key of sql_task");
    }
  }

  @Test
  void every_type_arrives_in_its_column() throws SQLException {
    execute(
        "CREATE OR REPLACE TABLE sql_task (a VARCHAR(20), b BIGINT, c DOUBLE, d DECIMAL(30, 10),"
            + " e BOOLEAN, f DATETIME(6), g DATE, h JSON, i VARBINARY(20))");
    List<SqlParameter> parameters = new ArrayList<>();
    for (SqlType type : SqlType.values()) {
      parameters.add(SqlParameter.of(type.name().toLowerCase(Locale.ROOT), type));
    }
    run(
        task(
            "all",
            "INSERT INTO sql_task (a, b, c, d, e, f, g, h, i) VALUES (:string, :long, :double,"
                + " :decimal, :boolean, :instant, :date, :json, :bytes)",
            parameters.toArray(SqlParameter[]::new)));
    deliver(
        "all",
        "{'string': 'ä😀', 'long': -9223372036854775808, 'double': 1.5, 'decimal':"
            + " '12345678901234567890.0123456789', 'boolean': true, 'instant':"
            + " '2026-03-29T02:30:00.123456+02:00', 'date': '2026-12-31', 'json': {'k': [1]},"
            + " 'bytes': 'AP8='}");

    await().atMost(PATIENCE).until(() -> completed.get() == 1);
    assertThat(rows("SELECT CONCAT_WS('|', a, b, c, d, e, f, g, h, HEX(i)) FROM sql_task"))
        .containsExactly(
            "ä😀|-9223372036854775808|1.5|12345678901234567890.0123456789|1"
                + "|2026-03-29 00:30:00.123456|2026-12-31|{\"k\":[1]}|00FF");
  }

  private static SqlTaskOptions task(String name, String statement, SqlParameter... parameters) {
    return SqlTaskOptions.of("sql." + name, statement, parameters).queue("sql");
  }

  private void run(SqlTaskOptions... tasks) {
    for (SqlTaskOptions task : tasks) {
      SqlTask.of(task).registerWith(worker);
    }
    worker.start();
  }

  private String deliver(String task, String kwargs) {
    String id = TaskIds.next(Instant.now()).toString();
    deliver(id, task, kwargs);
    return id;
  }

  private void deliver(String id, String task, String kwargs) {
    ObjectNode arguments = (ObjectNode) JsonMapper.shared().readTree(kwargs.replace('\'', '"'));
    byte[] body = new PayloadCodec().encode(arguments);
    broker
        .publish(
            new Route.ToQueue("sql"),
            MessageCodec.encode(TaskMessage.builder(id, "sql." + task, body).build()))
        .join();
  }

  private long inserts() throws SQLException {
    return Long.parseLong(
        rows("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'COM_INSERT'")
            .get(0));
  }

  private String schema() throws SQLException {
    return rows("SELECT DATABASE()").get(0);
  }

  private List<String> rows(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      while (row.next()) {
        found.add(row.getString(1));
      }
    }
    return found;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private final class Ends implements WorkerListener {
    @Override
    public void completed(Completed event) {
      completed.incrementAndGet();
    }

    @Override
    public void duplicate(Task task) {
      duplicates.incrementAndGet();
    }

    @Override
    public void dead(Dead event) {
      dead.put(event.task() == null ? "" : event.task().id(), event.detail());
    }
  }
}
