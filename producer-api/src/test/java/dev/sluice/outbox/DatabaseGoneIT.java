package dev.sluice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.devservices.ServiceKind;
import dev.sluice.devservices.ServiceOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that dies while a transaction is open. */
class DatabaseGoneIT {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");

  private final DevServices own = DevServices.start(ServiceOptions.of(ServiceKind.DATABASE));
  private final DatabaseService server = own.database();
  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private final Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);
  private Database database;

  @BeforeEach
  void open() {
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    database.migrate();
  }

  @AfterEach
  void close() {
    producer.close();
    database.close();
    own.close();
  }

  @Test
  void between_insert_and_commit_nothing_is_enqueued_and_the_commit_fails() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      producer.inTransaction(connection).enqueue(CLICK, new Click(1));
      server.kill();
      assertThatThrownBy(connection::commit)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Communications link failure");
    }
    assertNothingIsEnqueued();
  }

  @Test
  void during_a_transaction_of_the_producer_nothing_is_enqueued_and_the_call_fails()
      throws Exception {
    assertThatThrownBy(
            () ->
                producer.transaction(
                    database.dataSource(),
                    transaction -> {
                      transaction.enqueue(CLICK, new Click(1));
                      server.kill();
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Communications link failure");
    assertNothingIsEnqueued();
  }

  @Test
  void what_a_relay_could_not_delete_leaves_again_with_the_same_id() throws Exception {
    producer.transaction(database.dataSource(), tx -> tx.enqueue(CLICK, new Click(1)));
    OutboxRelay cutOff = new OutboxRelay(database.dataSource(), broker, InstantSource.system());
    broker.answer(
        (route, message) -> {
          server.kill();
          return ScriptedBroker.CONFIRM.apply(route, message);
        });
    assertThatThrownBy(cutOff::runOnce).isInstanceOf(SQLException.class);

    startAgain();
    broker.answer(ScriptedBroker.CONFIRM);
    OutboxRelay relay = new OutboxRelay(database.dataSource(), broker, InstantSource.system());
    relay.runOnce();
    assertThat(broker.sentIds()).hasSize(2).containsOnly(broker.sentIds().get(0));
    assertThat(relay.runOnce()).isPositive();
    assertThat(broker.sentIds()).hasSize(2);
  }

  private void assertNothingIsEnqueued() throws Exception {
    startAgain();
    new OutboxRelay(database.dataSource(), broker, InstantSource.system()).runOnce();
    assertThat(broker.sent()).isEmpty();
  }

  /** With a new pool: the old one may still hold a connection that it used just now. */
  private void startAgain() {
    server.start();
    database.close();
    open();
  }
}
