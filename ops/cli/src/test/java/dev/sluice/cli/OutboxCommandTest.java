package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.cli.Cli.Ran;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.OutboxRelay;
import dev.sluice.outbox.OutboxStats;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OutboxCommandTest {
  @TempDir Path folder;
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database database = Database.open(DatabaseOptions.of(url));
  private final String shipped = TaskIds.next(Instant.now()).toString();
  private Cli cli;

  @BeforeEach
  void two_messages_are_set_aside_and_one_waits() throws Exception {
    cli =
        new Cli(
            folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost", "SLUICE_DATABASE_URL", url));
    database.migrate();
    // Longer than the broker can delay.
    Instant never = Instant.parse("2099-01-01T00:00:00Z");
    write(shipped, "orders.ship", "orders", never);
    write(TaskIds.next(Instant.now()).toString(), "clicks.record", "clicks", null);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE sluice_outbox SET message = X'00' WHERE queue = 'clicks'");
    }
    new OutboxRelay(database.dataSource(), cli.broker, InstantSource.system()).runOnce();
    write(TaskIds.next(Instant.now()).toString(), "clicks.record", "clicks", null);
  }

  @AfterEach
  void stop() {
    cli.close();
    database.close();
  }

  @Test
  void the_list_shows_what_was_set_aside_and_why_and_what_waits() throws Exception {
    Ran ran = cli.run("outbox", "list");

    assertThat(ran.status()).isZero();
    assertThat(ran.err()).contains("database jdbc:h2:mem:");
    assertThat(ran.out())
        .contains("orders.ship", shipped, "orders", "no stored message")
        .containsPattern("1 waiting, the oldest for \\d+ s; 2 set aside");
  }

  @Test
  void the_list_is_json_on_demand() {
    List<JsonNode> lines =
        cli.run("outbox", "list", "--json").out().lines().map(Json.MAPPER::readTree).toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).get("task_id").stringValue()).isEqualTo(shipped);
    assertThat(lines.get(0).get("task").stringValue()).isEqualTo("orders.ship");
    assertThat(Instant.parse(lines.get(0).get("since").stringValue()))
        .isAfter(Instant.now().minus(Duration.ofMinutes(5)));
    assertThat(lines.get(1).get("task_id").isNull()).isTrue();
    assertThat(lines.get(2).get("waiting").intValue()).isEqualTo(1);
    assertThat(lines.get(2).get("oldest_seconds").longValue()).isNotNegative();
    assertThat(lines.get(2).get("parked").intValue()).isEqualTo(2);
  }

  @Test
  void what_is_discarded_is_never_applied_in_another_database_either() throws Exception {
    String archive = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    Files.writeString(
        folder.resolve("sluice.yaml"), "databases: {archive: {url: '" + archive + "'}}");

    assertThat(cli.run("outbox", "discard", number(0)).status()).isZero();

    try (Database opened = Database.open(DatabaseOptions.of(archive));
        Connection connection = opened.dataSource().getConnection()) {
      assertThat(new Inbox(InstantSource.system()).find(connection, InboxKey.of(shipped)))
          .contains(InboxKind.DISCARDED);
    }
  }

  @Test
  void a_named_database_has_an_outbox_of_its_own() throws Exception {
    String archive = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    Files.writeString(
        folder.resolve("sluice.yaml"), "databases: {archive: {url: '" + archive + "'}}");

    Ran ran = cli.run("outbox", "list", "--database", "archive");
    assertThat(ran.status()).isZero();
    assertThat(ran.err()).contains("database archive jdbc:h2:mem:");
    assertThat(ran.out().strip()).isEqualTo("0 waiting; 0 set aside");

    Ran wrong = cli.run("outbox", "list", "--database", "archiv");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("there is no database 'archiv'; the settings have main, archive");
  }

  @Test
  void what_is_released_waits_again() throws Exception {
    Ran ran = cli.run("outbox", "release", number(0));

    assertThat(ran.status()).isZero();
    assertThat(ran.out().strip()).isEqualTo("released 1, refused 0");
    assertThat(stats().waiting()).isEqualTo(2);
    assertThat(stats().parked()).isEqualTo(1);
  }

  @Test
  void what_is_discarded_is_gone_and_never_applied() throws Exception {
    Ran ran = cli.run("outbox", "discard", "--all", "--json");

    assertThat(ran.status()).isZero();
    assertThat(Json.MAPPER.readTree(ran.out()).get("discarded").intValue()).isEqualTo(2);
    assertThat(stats().parked()).isZero();
    assertThat(stats().waiting()).isEqualTo(1);
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(new Inbox(InstantSource.system()).find(connection, InboxKey.of(shipped)))
          .contains(InboxKind.DISCARDED);
    }
  }

  @Test
  void what_is_not_set_aside_is_refused_and_that_is_a_failure() {
    Ran ran = cli.run("outbox", "release", "4711");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("message 4711 is not set aside; see sluice outbox list");
    assertThat(cli.run("outbox", "discard", "4711").status()).isEqualTo(1);
  }

  @Test
  void a_change_says_which_messages_it_means() {
    assertThat(cli.run("outbox", "release").status()).isEqualTo(2);
    assertThat(cli.run("outbox", "release").err()).contains("say which");
    assertThat(cli.run("outbox", "discard", "1", "--all").status()).isEqualTo(2);
  }

  private String number(int line) {
    String json = cli.run("outbox", "list", "--json").out().lines().toList().get(line);
    return String.valueOf(Json.MAPPER.readTree(json).get("message").longValue());
  }

  private OutboxStats stats() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection);
    }
  }

  private void write(String id, String task, String queue, @Nullable Instant eta)
      throws SQLException {
    byte[] body = "[[],{},{}]".getBytes(StandardCharsets.UTF_8);
    try (Connection connection = database.dataSource().getConnection()) {
      new Outbox(InstantSource.system())
          .insert(
              connection,
              List.of(
                  new RoutedMessage(
                      queue,
                      eta,
                      MessageCodec.encode(TaskMessage.builder(id, task, body).build()))));
    }
  }
}
