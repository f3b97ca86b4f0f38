package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.outbox.OutboxStats;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.worker.order.OrderKey;
import dev.sluice.worker.order.OrderRows;
import dev.sluice.worker.order.Term;
import dev.sluice.worker.order.Turn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OrderCommandTest {
  @TempDir Path folder;
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database database = Database.open(DatabaseOptions.of(url));
  private final String partition = OrderPartitions.of("orders", "customer-7");
  private Cli cli;

  @BeforeEach
  void one_task_holds_a_key_and_two_wait() throws SQLException {
    cli =
        new Cli(
            folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost", "SLUICE_DATABASE_URL", url));
    database.migrate();
    OrderRows rows = new OrderRows(database.dataSource(), InstantSource.system());
    Term term = rows.begin(partition);
    OrderKey key = OrderKey.of(partition, "customer-7");
    assertThat(rows.turn(term, key, "first", message("first"), true)).isEqualTo(Turn.ITS_OWN);
    assertThat(rows.turn(term, key, "second", message("second"), true)).isEqualTo(Turn.WAITS);
    assertThat(rows.turn(term, key, "third", message("third"), false)).isEqualTo(Turn.WAITS);
  }

  @AfterEach
  void stop() {
    cli.close();
    database.close();
  }

  @Test
  void the_list_shows_who_holds_which_key_and_what_waits() {
    Ran ran = cli.run("order", "list");

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains(partition, "customer-7", "first")
        .contains("1 keys held; 2 tasks wait behind others");
  }

  @Test
  void the_list_is_json_on_demand() {
    List<JsonNode> lines =
        cli.run("order", "list", "--json").out().lines().map(Json.MAPPER::readTree).toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).get("task_id").stringValue()).isEqualTo("first");
    assertThat(lines.get(0).get("waiting").intValue()).isEqualTo(2);
    assertThat(lines.get(1).get("held").intValue()).isEqualTo(1);
  }

  @Test
  void a_key_that_is_released_goes_to_the_next_task() throws SQLException {
    Ran ran = cli.run("order", "release", partition, "customer-7", "first");

    assertThat(ran.status()).isZero();
    assertThat(cli.run("order", "list").out()).contains("second", "1 tasks wait behind others");
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(OutboxStats.read(connection).waiting()).isEqualTo(1);
    }
  }

  @Test
  void a_key_that_somebody_else_holds_is_left_alone() {
    Ran ran = cli.run("order", "release", partition, "customer-7", "second");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("does not hold the key 'customer-7'", "sluice order list");
  }

  @Test
  void tasks_with_an_order_key_are_enqueued_and_shown_with_their_queue() {
    Ran ran = cli.run("enqueue", "a.task", "--queue", "orders", "--order-key", "customer-7");

    assertThat(ran.status()).isZero();
    assertThat(cli.run("queues", "orders").out()).contains(partition);
    Ran wrong =
        cli.run("enqueue", "a.task", "--queue", "orders", "--order-key", "k", "--delay", "3s");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("give neither delay, eta nor priority");
  }

  private static Message message(String id) {
    return MessageCodec.encode(
        TaskMessage.builder(id, "orders.ship", "[[], {}, {}]".getBytes(StandardCharsets.UTF_8))
            .build());
  }
}
