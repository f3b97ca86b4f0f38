package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.spool.SpoolOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.QueueOptions;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the request to the row: gateway, spool, RabbitMQ, worker, MariaDB, and back to the state.
 */
class GatewayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Topology TOPOLOGY = new Topology("gateway-it");

  record Click(int n) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");

  @TempDir Path folder;
  private final DevServices services =
      DevServices.start(ServiceOptions.of(ServiceKind.RABBIT, ServiceKind.DATABASE));
  private Broker broker;
  private Database database;
  private Worker worker;
  private Edge edge;

  @BeforeEach
  void start() throws SQLException {
    DatabaseService server = services.database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
    execute("CREATE TABLE click (n INT NOT NULL)");
    broker = RabbitBroker.open(RabbitOptions.of(services.rabbit().url()).topology(TOPOLOGY));
    worker =
        Worker.open(
                WorkerOptions.of(broker)
                    .dataSource(database.dataSource())
                    .controlBus(false)
                    .queue(CLICK.queue(), QueueOptions.DEFAULTS))
            .handle(
                CLICK,
                (click, context, connection) -> {
                  if (click.n() < 0) {
                    return Outcome.dead("no such click");
                  }
                  try (PreparedStatement insert =
                      connection.prepareStatement("INSERT INTO click VALUES (?)")) {
                    insert.setInt(1, click.n());
                    insert.executeUpdate();
                  }
                  return Outcome.completed();
                })
            .start();
    edge =
        Edge.between(
            "  tasks: {clicks.record: {queue: clicks}}", database.dataSource(), producer("one"));
  }

  @AfterEach
  void close() {
    edge.close();
    worker.stopNow();
    broker.close();
    database.close();
    services.close();
  }

  @Test
  void what_was_accepted_while_the_broker_was_away_is_applied_once_it_is_back() throws Exception {
    List<String> ids = new ArrayList<>();
    ids.add(accepted(0));
    services.rabbit().flushDefinitions();
    services.rabbit().kill();
    for (int n = 1; n <= 50; n++) {
      ids.add(accepted(n));
    }
    services.rabbit().start();

    await().atMost(PATIENCE).until(() -> clicks().size() >= ids.size());
    assertThat(clicks()).doesNotHaveDuplicates().hasSize(ids.size());
    for (String id : ids) {
      assertThat(edge.get("/v1/tasks/" + id).json().path("state").stringValue()).isEqualTo("done");
    }
  }

  @Test
  void a_task_that_died_is_told_with_its_reason() {
    String id = accepted(-1);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Answer answer = edge.get("/v1/tasks/" + id);
              assertThat(answer.json().path("state").stringValue()).isEqualTo("dead");
              assertThat(answer.json().path("task").stringValue()).isEqualTo("clicks.record");
            });
  }

  @Test
  void a_request_that_is_repeated_at_another_gateway_enqueues_nothing() {
    try (Edge other = Edge.between("", database.dataSource(), producer("two"))) {
      Answer first = keyed(edge, "{\"n\": 1}");
      Answer second = keyed(other, "{\"n\": 1}");
      Answer third = keyed(other, "{\"n\": 2}");

      assertThat(first.json().path("new").booleanValue()).isTrue();
      assertThat(second.json().path("new").booleanValue()).isFalse();
      assertThat(second.json().path("task_id")).isEqualTo(first.json().path("task_id"));
      assertThat(third.status()).isEqualTo(422);
    }
  }

  @Test
  void a_database_that_is_away_costs_the_states_alone() {
    accepted(1);
    services.database().kill();

    assertThat(edge.get("/v1/tasks/any").status()).isEqualTo(503);
    accepted(2);
  }

  private Producer producer(String spool) {
    return Producer.open(
        broker,
        ProducerOptions.DEFAULTS
            .spool(SpoolOptions.of(folder.resolve(spool)))
            .keys(new DatabaseKeys(database.dataSource())));
  }

  private static Answer keyed(Edge at, String body) {
    return at.post(
        "/v1/tasks/clicks.record", body, request -> request.header("Idempotency-Key", "key-1"));
  }

  private String accepted(int n) {
    Answer answer = edge.post("/v1/tasks/clicks.record", "{\"n\": " + n + "}");
    assertThat(answer.status()).isEqualTo(202);
    return answer.json().path("task_id").stringValue();
  }

  private List<Integer> clicks() throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM click")) {
      while (rows.next()) {
        found.add(rows.getInt(1));
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
}
