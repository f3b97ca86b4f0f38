package dev.sluice.worker.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.StringNode;

/** What is wrong with a task is found at the start, with the key that is wrong. */
class SqlTaskTest {
  private static final SqlParameter ID = SqlParameter.of("id", SqlType.LONG);
  private static final SqlParameter DELTA = SqlParameter.of("delta", SqlType.LONG);

  @Test
  void a_statement_that_is_not_understood_is_refused() {
    assertThatThrownBy(() -> SqlTask.of(SqlTaskOptions.of("a.b", "SELECT 1")))
        .isInstanceOf(SqlTaskInvalid.class)
        .hasMessageStartingWith("tasks.a.b.statement: it begins with SELECT");
  }

  @Test
  void a_parameter_that_is_not_declared_is_refused() {
    assertThatThrownBy(() -> task("DELETE FROM t WHERE id = :id AND x = :x", ID))
        .hasMessage("tasks.a.b.parameters: :x is not among them; add `x: {type: ...}`");
  }

  @Test
  void a_parameter_that_the_statement_does_not_use_is_refused() {
    assertThatThrownBy(() -> task("DELETE FROM t WHERE id = :id", ID, DELTA))
        .hasMessage(
            "tasks.a.b.parameters.delta: the statement does not use it; write :delta, or drop it");
  }

  @Test
  void the_parameter_of_a_guard_must_be_declared_too() {
    SqlTaskOptions options = SqlTaskOptions.of("a.b", "DELETE FROM t WHERE id = :id", ID);
    assertThatThrownBy(() -> SqlTask.of(options.guard("v")))
        .hasMessageStartingWith("tasks.a.b.parameters: :v is not among them");
    assertThatThrownBy(
            () ->
                SqlTask.of(
                    SqlTaskOptions.of("a.b", "INSERT INTO t (id) VALUES (:id)", ID).guard("v")))
        .hasMessageStartingWith("tasks.a.b.guard: an INSERT changes no row that exists");
  }

  @Test
  void a_default_of_another_type_is_refused() {
    SqlParameter wrong =
        new SqlParameter("id", SqlType.LONG, "id", true, false, StringNode.valueOf("x"));
    assertThatThrownBy(() -> task("DELETE FROM t WHERE id = :id", wrong))
        .hasMessage("tasks.a.b.parameters.id.default: must be a whole number of 64 bits, is \"x\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          UPDATE t SET n = :delta WHERE id = :id | 'n = :delta' is no counter that adds up
          UPDATE t SET n = n + :delta, m = 1 WHERE id = :id | 'm = 1' is no counter that adds up
          UPDATE t SET n = n + :delta WHERE id = :id AND n < 10 | depends on n, which it adds to
          UPDATE t SET n = n + :delta WHERE id = :id + :delta | :delta is used for something else
          UPDATE t SET n = n + :delta, m = m + :id WHERE id = :id | :id is used for something else
          INSERT INTO t (id, n) VALUES (:id, :delta) | the statement adds to no counter
          INSERT INTO t (id, n) VALUES (:id, 1) ON DUPLICATE KEY UPDATE n = n + :delta | is no counter that adds up
          INSERT INTO t (id, n) VALUES (:id, :delta) ON DUPLICATE KEY UPDATE n = n - VALUES(n) | is no counter that adds up
          INSERT INTO t (id, n, m) VALUES (:id, :delta, :delta) ON DUPLICATE KEY UPDATE n = n + VALUES(n) | :delta is used for something else
          DELETE FROM t WHERE id = :id AND n = :delta | the statement adds to no counter
          """)
  void what_may_not_be_merged_is_refused(String statement, String reason) {
    SqlTaskOptions options = SqlTaskOptions.of("a.b", statement, ID, DELTA).merge(true);

    assertThatThrownBy(() -> SqlTask.of(options))
        .isInstanceOf(SqlTaskInvalid.class)
        .hasMessageStartingWith("tasks.a.b.merge: ")
        .hasMessageContaining(reason)
        .hasMessageContaining("merge takes UPDATE t SET n = n + :delta");
  }

  @Test
  void only_exact_numbers_that_are_never_null_are_merged() {
    String update = "UPDATE t SET n = n + :delta WHERE id = :id";
    SqlParameter rounded = SqlParameter.of("delta", SqlType.DOUBLE);
    SqlParameter nullable = new SqlParameter("delta", SqlType.LONG, "delta", true, true, null);
    for (SqlParameter delta : new SqlParameter[] {rounded, nullable}) {
      assertThatThrownBy(() -> SqlTask.of(SqlTaskOptions.of("a.b", update, ID, delta).merge(true)))
          .hasMessageContaining(":delta must be a long or a decimal that is never null");
    }
    assertThatThrownBy(
            () ->
                SqlTask.of(
                    SqlTaskOptions.of("a.b", update, ID, DELTA, SqlParameter.of("v", SqlType.LONG))
                        .guard("v")
                        .merge(true)))
        .hasMessage("tasks.a.b.merge: a guarded task is never merged; drop guard or merge");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET n = :delta WHERE id = :id",
        "INSERT INTO t (id, n) VALUES (:id, :delta) ON DUPLICATE KEY UPDATE n = VALUES(n)"
      })
  void setting_a_value_without_a_version_is_warned_of(String statement) {
    assertThat(task(statement, ID, DELTA).warnings())
        .singleElement()
        .asString()
        .startsWith("tasks.a.b.statement: sets n to what the task says")
        .contains("`guard: COLUMN`");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET n = n + :delta WHERE id = :id",
        "UPDATE t SET n = :delta WHERE id = :id AND n < :delta",
        "UPDATE t SET n = 7 WHERE id = :id AND m = :delta",
        "INSERT INTO t (id, n) VALUES (:id, :delta)",
        "INSERT INTO t (id, n) VALUES (:id, :delta) ON DUPLICATE KEY UPDATE n = n + VALUES(n)",
        "INSERT INTO t (id, n) VALUES (:id, :delta)"
            + " ON DUPLICATE KEY UPDATE n = GREATEST(n, VALUES(n))",
        "DELETE FROM t WHERE id = :id AND n = :delta"
      })
  void what_does_not_depend_on_the_order_is_not_warned_of(String statement) {
    assertThat(task(statement, ID, DELTA).warnings()).isEmpty();
  }

  @Test
  void a_parameter_that_keeps_a_batch_from_being_one_statement_is_warned_of() {
    assertThat(
            task(
                    "INSERT INTO t (id, n) VALUES (:id, :delta) ON DUPLICATE KEY UPDATE n = n + :delta",
                    ID,
                    DELTA)
                .warnings())
        .singleElement()
        .asString()
        .contains("with VALUES(column) instead");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          DELETE FROM missing WHERE id = :id | tasks.a.b.statement: database 'main' refuses it: Table "MISSING" not found; correct it, or make the table what it takes
          DELETE FROM t WHERE idd = :id | tasks.a.b.statement: database 'main' refuses it: Column "IDD" not found
          """)
  void what_the_database_does_not_have_is_refused(String statement, String problem)
      throws SQLException {
    try (Database database =
            Database.open(DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL"));
        Connection connection = database.dataSource().getConnection();
        Statement create = connection.createStatement()) {
      create.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");

      task("DELETE FROM t WHERE id = :id", ID).check(connection);
      assertThatThrownBy(() -> task(statement, ID).check(connection))
          .isInstanceOf(SqlTaskInvalid.class)
          .hasMessageStartingWith(problem);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (id BIGINT PRIMARY KEY, n BIGINT) | true
          (id BIGINT, n BIGINT, UNIQUE (id)) | true
          (k BIGINT AUTO_INCREMENT PRIMARY KEY, id BIGINT, n BIGINT) | false
          (id BIGINT, n BIGINT, UNIQUE (id, n)) | false
          """)
  void merging_inserts_takes_a_unique_key(String columns, boolean taken) throws SQLException {
    SqlTask merging =
        SqlTask.of(
            SqlTaskOptions.of(
                    "a.b",
                    "INSERT INTO count_er (id, n) VALUES (:id, :delta)"
                        + " ON DUPLICATE KEY UPDATE n = n + VALUES(n)",
                    ID,
                    DELTA)
                .merge(true));
    try (Database database =
            Database.open(DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL"));
        Connection connection = database.dataSource().getConnection();
        Statement create = connection.createStatement()) {
      create.execute("CREATE TABLE count_er " + columns);
      if (taken) {
        merging.check(connection);
      } else {
        assertThatThrownBy(() -> merging.check(connection))
            .hasMessageStartingWith("tasks.a.b.merge: no unique key of count_er is made of");
      }
    }
  }

  private static SqlTask task(String statement, SqlParameter... parameters) {
    return SqlTask.of(SqlTaskOptions.of("a.b", statement, parameters));
  }
}
