package dev.sluice.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.ScriptedBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that are enqueued in the caller's transaction. */
class TransactionTest {
  record Click(long user) {}

  private static final TaskType<Click> CLICK =
      TaskType.of("clicks.record", Click.class).queue("clicks");

  private final ScriptedBroker broker = new ScriptedBroker(Topology.DEFAULT);
  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS);

  TransactionTest() {
    database.migrate();
  }

  @AfterEach
  void close() {
    producer.close();
    database.close();
  }

  @Test
  void tasks_of_a_committed_transaction_wait_in_the_outbox_with_their_ids() throws Exception {
    List<TaskHandle> handles = new ArrayList<>();
    producer.transaction(
        database.dataSource(),
        tx -> {
          handles.add(tx.enqueue(CLICK, new Click(1)));
          handles.add(tx.enqueue(CLICK, new Click(2)));
          assertThat(rows(tx.connection())).as("written by one statement, at the end").isZero();
        });

    assertThat(handles).extracting(TaskHandle::isNew).containsExactly(true, true);
    assertThat(rows()).isEqualTo(2);
    assertThat(broker.sent()).isEmpty();
  }

  @Test
  void work_that_throws_enqueues_nothing_and_its_exception_comes_out() throws Exception {
    assertThatThrownBy(
            () ->
                producer.transaction(
                    database.dataSource(),
                    tx -> {
                      tx.enqueue(CLICK, new Click(1));
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(rows()).isZero();
  }

  @Test
  void work_may_return_something() throws Exception {
    TaskHandle handle =
        producer.transactionResult(
            database.dataSource(), tx -> tx.enqueue(CLICK, new Click(1), EnqueueOptions.DEFAULTS));
    assertThat(handle.taskId()).hasSize(36);
  }

  @Test
  void a_wrong_payload_among_many_enqueues_none() throws Exception {
    List<EnqueueRequest<?>> requests =
        List.of(
            EnqueueRequest.of(CLICK, new Click(1)),
            new EnqueueRequest<>(
                CLICK, new Click(2), EnqueueOptions.DEFAULTS.header("sluice-x", "reserved")));
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      Transaction transaction = producer.inTransaction(connection);
      assertThatThrownBy(() -> transaction.enqueueAll(requests))
          .isInstanceOf(IllegalArgumentException.class);
      connection.commit();
    }
    assertThat(rows()).isZero();
  }

  @Test
  void in_the_callers_transaction_the_caller_commits_or_rolls_back() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      producer.inTransaction(connection).enqueue(CLICK, new Click(1));
      assertThat(rows(connection)).isEqualTo(1);
      connection.rollback();
      assertThat(rows(connection)).isZero();
      producer.inTransaction(connection).enqueue(CLICK, new Click(1));
      connection.commit();
    }
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void a_connection_that_commits_each_statement_by_itself_is_refused() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      assertThatThrownBy(() -> producer.inTransaction(connection))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("setAutoCommit(false)");
    }
  }

  @Test
  void a_database_that_goes_away_before_the_commit_has_nothing_and_says_so() {
    assertThatThrownBy(
            () ->
                producer.transaction(
                    database.dataSource(),
                    tx -> {
                      tx.enqueue(CLICK, new Click(1));
                      tx.connection().createStatement().execute("SHUTDOWN");
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(broker.sent()).isEmpty();
  }

  @Test
  void the_relay_of_this_process_publishes_right_after_the_commit() throws Exception {
    ProducerOptions options = ProducerOptions.DEFAULTS.outbox(database.dataSource());
    try (Producer relaying = Producer.open(broker, options)) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        relaying.transaction(
            database.dataSource(), tx -> ids.add(tx.enqueue(CLICK, new Click(1)).taskId()));
        // Twenty pauses of the relay's own would take ten seconds.
        await().atMost(Duration.ofSeconds(5)).until(() -> broker.sentIds().equals(ids));
      }
    }
    assertThat(rows()).isZero();
  }

  private int rows() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return rows(connection);
    }
  }

  private static int rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM sluice_outbox")) {
      row.next();
      return row.getInt(1);
    }
  }
}
