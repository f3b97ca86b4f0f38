package dev.sluice.devservices;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class DevServicesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static DevServices services;

  @BeforeAll
  static void start() {
    services = DevServices.start(ServiceOptions.all());
  }

  @AfterAll
  static void close() {
    services.close();
  }

  @Test
  void a_durable_message_survives_kill_minus_9_of_rabbitmq() throws Exception {
    RabbitService rabbit = services.rabbit();
    try (Connection connection = connect(rabbit)) {
      var channel = connection.createChannel();
      channel.queueDeclare("kept", true, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish(
          "",
          "kept",
          MessageProperties.PERSISTENT_BASIC,
          "message".getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie();
    }
    rabbit.flushDefinitions();
    long killed = rabbit.pid();
    rabbit.kill();
    Awaitility.await().atMost(PATIENCE).until(() -> ProcessHandle.of(killed).isEmpty());
    rabbit.start();
    try (Connection connection = connect(rabbit)) {
      var channel = connection.createChannel();
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(channel.basicGet("kept", true)).isNotNull());
    }
  }

  @Test
  void a_committed_row_survives_kill_minus_9_of_the_database() throws Exception {
    DatabaseService database = services.database();
    try (var connection = DriverManager.getConnection(database.url());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept (id INT PRIMARY KEY)");
      statement.execute("INSERT INTO kept VALUES (1)");
    }
    database.kill();
    assertThat(database.isRunning()).isFalse();
    database.start();
    try (var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM kept")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void the_database_loses_no_commit_and_speaks_utf8_and_utc() throws Exception {
    try (var connection = DriverManager.getConnection(services.database().url());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT @@innodb_flush_log_at_trx_commit, @@sync_binlog, @@character_set_server, @@global.time_zone")) {
      row.next();
      assertThat(List.of(row.getInt(1), row.getInt(2))).containsOnly(1);
      assertThat(row.getString(3)).isEqualTo("utf8mb4");
      assertThat(row.getString(4)).isEqualTo("+00:00");
    }
  }

  @Test
  void a_key_survives_a_restart_of_redis() {
    RedisService redis = services.redis();
    try (RedisClient client = RedisClient.create(redis.url())) {
      client.set("kept", "value");
    }
    redis.restart();
    try (RedisClient client = RedisClient.create(redis.url())) {
      assertThat(client.get("kept")).isEqualTo("value");
    }
  }

  @Test
  void rabbitmqctl_reaches_the_private_node() {
    assertThat(services.rabbit().ctl("list_vhosts", "--silent")).contains("/");
  }

  @Test
  void every_service_tells_its_version_and_process() {
    assertThat(services.rabbit().version()).startsWith("RabbitMQ ");
    assertThat(services.database().version()).matches("(MariaDB|MySQL) \\d+\\..*");
    assertThat(services.redis().version()).startsWith("Redis ");
    assertThat(Set.of(services.rabbit().pid(), services.database().pid(), services.redis().pid()))
        .hasSize(3);
  }

  @Test
  void closing_leaves_no_process_and_no_data() {
    Set<Long> before = recorded();
    DevServices own = DevServices.start(ServiceOptions.of(ServiceKind.RABBIT, ServiceKind.REDIS));
    Set<Long> started = recorded();
    started.removeAll(before);
    // RabbitMQ, its epmd and Redis.
    assertThat(started).hasSize(3);
    own.close();
    assertThat(recorded()).doesNotContainAnyElementsOf(started);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> started.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
    assertThat(own.folder()).doesNotExist();
  }

  private static Set<Long> recorded() {
    return new RunFolder(SluiceFolder.find().run())
        .living().stream()
            .filter(
                entry ->
                    entry.owner().equals(Optional.of(ProcessIdentity.of(ProcessHandle.current()))))
            .map(entry -> entry.process().pid())
            .collect(Collectors.toSet());
  }

  private static Connection connect(RabbitService rabbit) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(rabbit.url());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }
}
