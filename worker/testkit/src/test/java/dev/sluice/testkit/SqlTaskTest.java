package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static dev.sluice.testkit.TaskOutcome.Kind.DEAD;
import static dev.sluice.testkit.TaskOutcome.Kind.DUPLICATE;
import static dev.sluice.testkit.TaskOutcome.Kind.SNOOZED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.worker.Handlers;
import dev.sluice.worker.sql.SqlParameter;
import dev.sluice.worker.sql.SqlTask;
import dev.sluice.worker.sql.SqlTaskOptions;
import dev.sluice.worker.sql.SqlType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that are a statement, from their arguments to their rows. */
class SqlTaskTest {
  private static final SqlParameter ID = SqlParameter.of("id", SqlType.LONG);
  private static final SqlParameter NAME = SqlParameter.of("name", SqlType.STRING);
  private static final SqlParameter VERSION = SqlParameter.of("version", SqlType.LONG);

  @RegisterExtension
  final SluiceTest sluice = SluiceTest.with(SqlTaskTest::register).withDatabase();

  private static void register(Handlers handlers) {
    task("add", "INSERT INTO person (id, name) VALUES (:id, :name)", handlers, ID, NAME);
    task(
        "count",
        "INSERT INTO person (id, name, n) VALUES (:id, :name, 1)"
            + " ON DUPLICATE KEY UPDATE name = VALUES(name), n = n + VALUES(n)",
        handlers,
        ID,
        NAME);
    task("remove", "DELETE FROM person WHERE id = :id", handlers, ID);
    guarded("rename", "UPDATE person SET name = :name WHERE id = :id", handlers);
    guarded(
        "put",
        "INSERT INTO person (id, name, version) VALUES (:id, :name, :version)"
            + " ON DUPLICATE KEY UPDATE name = VALUES(name)",
        handlers);
    task("lost", "DELETE FROM nowhere WHERE id = :id", handlers, ID);
  }

  private static void task(
      String name, String statement, Handlers handlers, SqlParameter... parameters) {
    SqlTask.of(SqlTaskOptions.of("person." + name, statement, parameters)).registerWith(handlers);
  }

  private static void guarded(String name, String statement, Handlers handlers) {
    SqlTask.of(SqlTaskOptions.of("person." + name, statement, ID, NAME, VERSION).guard("version"))
        .registerWith(handlers);
  }

  @BeforeEach
  void table() throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE person (id BIGINT PRIMARY KEY, name VARCHAR(10) NOT NULL,"
              + " n INT NOT NULL DEFAULT 0, version BIGINT NOT NULL DEFAULT 0)");
    }
  }

  @Test
  void a_task_is_applied_once_however_often_it_comes() throws SQLException {
    String id = enqueue("count", "{'id': 1, 'name': 'Ada'}");
    sluice.drain();
    publish(id, "count", "[[], {'id': 1, 'name': 'Ada'}, {}]");
    sluice.drain();

    assertThat(kinds(sluice, id)).containsExactly(COMPLETED, DUPLICATE);
    assertThat(people()).containsExactly("1 Ada 1 0");
  }

  @Test
  void rows_are_inserted_changed_and_deleted() throws SQLException {
    enqueue("add", "{'id': 1, 'name': 'Ada'}");
    enqueue("add", "{'id': 2, 'name': 'Bob'}");
    sluice.drain();
    enqueue("count", "{'id': 1, 'name': 'Ada L.'}");
    enqueue("count", "{'id': 3, 'name': 'Cyd', 'colour': 'ignored'}");
    enqueue("remove", "{'id': 2}");
    sluice.drain();

    assertThat(people()).containsExactly("1 Ada L. 1 0", "3 Cyd 1 0");
  }

  @Test
  void a_guard_keeps_what_is_newer_whichever_comes_first() throws SQLException {
    enqueue("put", "{'id': 1, 'name': 'new', 'version': 2}");
    sluice.drain();
    enqueue("put", "{'id': 1, 'name': 'old', 'version': 1}");
    sluice.drain();
    assertThat(people()).containsExactly("1 new 0 2");

    enqueue("rename", "{'id': 1, 'name': 'newest', 'version': 4}");
    sluice.drain();
    String late = enqueue("rename", "{'id': 1, 'name': 'newer', 'version': 3}");
    sluice.drain();
    assertThat(people()).containsExactly("1 newest 0 4");
    assertThat(kinds(sluice, late)).as("overtaken is done").containsExactly(COMPLETED);

    enqueue("put", "{'id': 1, 'name': 'put', 'version': 5}");
    sluice.drain();
    assertThat(people()).containsExactly("1 put 0 5");
  }

  @Test
  void a_missing_argument_is_a_breach_of_the_schema_with_its_path() throws SQLException {
    enqueue("add", "{'id': 1}");
    enqueue("add", "{'id': 'one', 'name': 'Ada'}");
    enqueue("add", "{'id': 2, 'name': 'Bob'}");
    sluice.drain();

    assertThat(sluice.deadTasks())
        .extracting(DeadTask::reason)
        .containsOnly(DeadReason.SCHEMA_VIOLATION);
    assertThat(sluice.deadTasks())
        .extracting(DeadTask::detail)
        .containsExactlyInAnyOrder(
            "body[1].name: is missing",
            "body[1].id: must be a whole number of 64 bits, is \"one\"");
    assertThat(people()).containsExactly("2 Bob 0 0");
  }

  @Test
  void positional_arguments_are_taken_as_python_sends_them() throws SQLException {
    publish("5b8a1a0e-6f56-4f0e-9f6d-1f2d3c4b5a69", "add", "[[7, 'Guido'], {}, {}]");
    sluice.drain();

    assertThat(people()).containsExactly("7 Guido 0 0");
  }

  @Test
  void one_value_that_is_too_long_among_many_costs_its_own_task_alone() throws SQLException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String name = i == 42 ? "much too long" : "p" + i;
      ids.add(enqueue("add", "{'id': " + i + ", 'name': '" + name + "'}"));
    }
    sluice.drain();

    assertThat(people()).hasSize(99);
    assertThat(kinds(sluice, ids.get(42))).containsExactly(DEAD);
    assertThat(sluice.deadTasks()).hasSize(1);
    assertThat(sluice.deadTasks().get(0).detail())
        .startsWith("the database refuses a value of it: Value too long for column");
  }

  @Test
  void a_row_that_exists_is_no_duplicate_of_the_task() throws SQLException {
    enqueue("add", "{'id': 1, 'name': 'Ada'}");
    sluice.drain();
    String second = enqueue("add", "{'id': 1, 'name': 'Eve'}");
    sluice.drain();

    assertThat(kinds(sluice, second)).containsExactly(DEAD);
    assertThat(sluice.deadTasks().get(0).detail())
        .startsWith("its row exists already, and its statement does not say ON DUPLICATE KEY");
    assertThat(people()).containsExactly("1 Ada 0 0");
  }

  @Test
  void a_table_that_was_dropped_kills_no_task_of_a_batch() {
    String one = enqueue("lost", "{'id': 1}");
    String two = enqueue("lost", "{'id': 2}");
    sluice.drain();

    assertThat(kinds(sluice, one)).doesNotContain(DEAD, COMPLETED);
    assertThat(kinds(sluice, two)).doesNotContain(DEAD, COMPLETED);
    assertThat(sluice.outcomes(one).get(0).kind()).isIn(SNOOZED, TaskOutcome.Kind.RETRIED);
  }

  private String enqueue(String name, String kwargs) {
    String id = TaskIds.next(sluice.clock().instant()).toString();
    publish(id, name, "[[], " + kwargs + ", {}]");
    return id;
  }

  private void publish(String id, String name, String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    sluice.publish(
        "sluice", MessageCodec.encode(TaskMessage.builder(id, "person." + name, bytes).build()));
  }

  private List<String> people() throws SQLException {
    return Ledger.strings(
        sluice.dataSource(),
        "SELECT CONCAT(id, ' ', name, ' ', n, ' ', version) FROM person ORDER BY id");
  }
}
