package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.MessageCodec;
import dev.sluice.message.PayloadCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskIds;
import dev.sluice.task.TaskType;
import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.retention.Retention;
import dev.sluice.worker.retention.TableTruncation;
import dev.sluice.worker.retention.TruncateTable;
import dev.sluice.worker.retention.TruncationListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Truncations as tasks of a worker. */
class TableTruncationTest {
  private static final String OLD = "'2025-01-01 00:00:00'";
  private static final Duration PAUSE = Duration.ofSeconds(10);
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
                              List.of(Retention.of("clicks", "clicks", "at", Duration.ofDays(30))))
                          .listeners(List.of(new Halt())))
                  .register(handlers));

  /** A table whose runs wait; null for none. */
  private volatile @Nullable String waiting;

  private final class Halt implements TruncationListener {
    @Override
    public void truncated(String table, String database, long rows, long behindSeconds) {
      if (table.equals(waiting)) {
        throw new NotNow("not yet", PAUSE);
      }
    }
  }

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
  void a_task_without_a_table_truncates_all() throws SQLException {
    String task = truncate(null);

    assertThat(sluice.outcomes(task).get(0).detail()).contains("inbox@main", "clicks@main");
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
  void a_table_that_is_gone_keeps_no_other_from_being_truncated() throws SQLException {
    execute("DROP TABLE clicks");

    String task = truncate(null);

    assertThat(sluice.outcomes(task).get(0).kind()).isEqualTo(TaskOutcome.Kind.COMPLETED);
    assertThat(query("SELECT COUNT(*) FROM sluice_long_task WHERE state = 'DONE'")).isEqualTo("6");
    assertThat(sluice.deadTasks())
        .singleElement()
        .extracting(DeadTask::detail)
        .asString()
        .contains("retention.tables.clicks.table: database 'main' has no table 'clicks'");
  }

  @Test
  void a_firing_ends_with_the_last_run_of_all_that_it_started() throws SQLException {
    waiting = "clicks";
    String task = TaskIds.next(JobFirings.FIRE_TIME).toString();
    JobFirings.insert(sluice.dataSource(), task);
    sluice.publish(
        TruncateTable.TYPE.queue(),
        JobFirings.fired(
            MessageCodec.encode(
                TaskMessage.builder(
                        task,
                        TruncateTable.TYPE.name(),
                        new PayloadCodec().encode(new TruncateTable(null)))
                    .build())));
    sluice.drain();
    assertThat(query("SELECT COUNT(*) FROM sluice_long_task WHERE state = 'DONE'")).isEqualTo("6");
    assertThat(JobFirings.row(sluice.dataSource())).isEqualTo("enqueued null null");

    waiting = null;
    sluice.advance(PAUSE);
    assertThat(JobFirings.row(sluice.dataSource()))
        .isEqualTo("completed " + sluice.clock().instant() + " " + PAUSE.toMillis());
  }

  @Test
  void a_run_whose_rows_others_refer_to_ends_and_the_next_one_begins_anew() throws SQLException {
    execute("CREATE TABLE refers (click INT, FOREIGN KEY (click) REFERENCES clicks (id))");
    execute("INSERT INTO refers VALUES (1)");

    truncate("clicks");

    assertThat(sluice.outcomes(step(0)).get(0).detail()).contains("let what refers to them go");
    assertThat(query("SELECT state FROM sluice_long_task WHERE id = '" + RUN + "'"))
        .isEqualTo("DONE");

    execute("DELETE FROM refers");
    truncate("clicks");
    assertThat(query("SELECT COUNT(*) FROM clicks")).isEqualTo("2");
  }

  @Test
  void a_run_of_an_entry_that_is_no_longer_configured_ends_after_a_while() throws Exception {
    waiting = "clicks";
    truncate("clicks");
    // As after a restart with another configuration.
    try (Connection connection = sluice.dataSource().getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE sluice_long_task SET payload = ?")) {
      update.setBytes(1, new PayloadCodec().encode(new OtherRun("views@main")));
      assertThat(update.executeUpdate()).isOne();
    }
    sluice.advance(Duration.ofMinutes(9));
    assertThat(query("SELECT state FROM sluice_long_task")).isEqualTo("RUNNING");

    sluice.advance(Duration.ofMinutes(2));
    assertThat(query("SELECT state FROM sluice_long_task")).isEqualTo("DONE");
    assertThat(sluice.deadTasks()).isEmpty();
  }

  record OtherRun(String part) {}

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
