package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.worker.retention.Retention;
import dev.sluice.worker.retention.TableTruncation;
import dev.sluice.worker.retention.TruncateTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Truncations as tasks of a worker. */
class TableTruncationTest {
  private static final String OLD = "'2025-01-01 00:00:00'";
  private static final String RUN =
      TaskIds.child("sluice.table_truncation/clicks@main", 0).toString();

  @RegisterExtension
  SluiceTest sluice =
      SluiceTest.withDatabase(
          (handlers, dataSource) ->
              TableTruncation.of(
                      TableTruncation.Options.of(
                              Map.of(TaskType.MAIN_DATABASE, dataSource),
                              () -> this.sluice.clock().instant())
                          .tables(
                              List.of(Retention.of("clicks", "clicks", "at", Duration.ofDays(30)))))
                  .register(handlers));

  @BeforeEach
  void createTable() throws SQLException {
    execute("CREATE TABLE clicks (id INT PRIMARY KEY, at DATETIME)");
    execute("INSERT INTO clicks VALUES (1, " + OLD + "), (2, '2026-01-01 00:00:00'), (3, NULL)");
  }

  @Test
  void a_task_truncates_the_table_that_it_names_and_reports_it() throws SQLException {
    String task = truncate("clicks");

    assertThat(query("SELECT GROUP_CONCAT(id ORDER BY id) FROM clicks")).isEqualTo("2,3");
    assertThat(sluice.outcomes(task).get(0).detail()).contains("started=[clicks@main]");
    assertThat(sluice.outcomes(step(0)).get(0).detail())
        .contains("table=clicks", "rows=1", "behindSeconds=0");
    assertThat(query("SELECT state FROM sluice_long_task WHERE id = '" + RUN + "'"))
        .isEqualTo("DONE");
  }

  @Test
  void a_task_without_a_table_truncates_each_by_a_task_of_its_own() throws SQLException {
    String task = truncate(null);

    assertThat(sluice.outcomes(task).get(0).detail())
        .contains(
            "[attempt_marks, clicks, counter_corrections, dead_tasks, firings, inbox, long_tasks]");
    assertThat(query("SELECT COUNT(*) FROM sluice_long_task WHERE state = 'DONE'")).isEqualTo("7");
    assertThat(query("SELECT COUNT(*) FROM clicks")).isEqualTo("2");
    assertThat(sluice.deadTasks()).isEmpty();
  }

  @Test
  void a_second_run_begins_when_the_first_has_ended_and_not_before() throws SQLException {
    truncate("clicks");
    execute("INSERT INTO clicks VALUES (4, " + OLD + ")");

    execute("UPDATE sluice_long_task SET ended_at = NULL, state = 'PAUSED'");
    String refused = truncate("clicks");
    assertThat(sluice.outcomes(refused).get(0).detail()).contains("running=[clicks@main]");
    assertThat(query("SELECT COUNT(*) FROM clicks")).isEqualTo("3");

    execute(
        "UPDATE sluice_long_task SET ended_at = '2026-01-01 00:00:00', state = 'CANCELLED' WHERE id"
            + " = '"
            + RUN
            + "'");
    truncate("clicks");
    assertThat(query("SELECT COUNT(*) FROM clicks")).isEqualTo("2");
    // No message of the first run can be taken for one of the second.
    assertThat(sluice.outcomes(step(1))).hasSize(1);
  }

  @Test
  void a_table_that_is_gone_makes_the_task_dead_with_the_reason() throws SQLException {
    execute("DROP TABLE clicks");

    truncate("clicks");

    assertThat(sluice.deadTasks())
        .singleElement()
        .extracting(DeadTask::detail)
        .asString()
        .contains("retention.tables.clicks.table: database 'main' has no table 'clicks'");
  }

  @Test
  void a_name_that_is_not_configured_is_no_table() throws SQLException {
    truncate("sluice_outbox");

    assertThat(sluice.deadTasks())
        .singleElement()
        .extracting(DeadTask::detail)
        .asString()
        .contains("table 'sluice_outbox' has no retention here, known are [attempt_marks, clicks,");
  }

  private String truncate(String table) {
    String id = sluice.enqueue(TruncateTable.TYPE, new TruncateTable(table));
    sluice.drain();
    return id;
  }

  /** The task of the first step of a run. */
  private static String step(int epoch) {
    String lane = TaskIds.child(RUN, 0).toString();
    return TaskIds.child(TaskIds.child(lane, epoch).toString(), 0).toString();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = sluice.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
