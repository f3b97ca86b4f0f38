package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.worker.longtask.NotNow;
import dev.sluice.worker.longtask.Slice;
import dev.sluice.worker.longtask.Step;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that cannot be truncated as configured is told before the worker starts. */
abstract class UnusableTableContract {
  private static final Duration KEEP = Duration.ofDays(1);

  private TruncationFixture fixture;

  abstract TruncationFixture open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    fixture = open();
    fixture.execute(
        "CREATE TABLE good (id INT PRIMARY KEY, at DATETIME, n BIGINT, name VARCHAR(20), d DOUBLE)",
        "CREATE TABLE keyless (at DATETIME)",
        "CREATE VIEW a_view AS SELECT * FROM good");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void a_table_that_is_as_configured_has_no_problem() throws Exception {
    assertThat(fixture.truncation(of("good", "at")).check()).isEmpty();
    assertThat(fixture.truncation(of("good", "n").unit(AgeUnit.MILLIS)).check()).isEmpty();
  }

  @Test
  void a_table_that_is_missing() throws Exception {
    assertProblem(
        of("goood", "at"),
        "retention.tables.entry.table: database 'main' has no table 'goood'; create it, or correct"
            + " the name");
    assertProblem(of("go%d", "at"), "has no table 'go%d'");
    assertProblem(
        of("good`; DROP TABLE good; --", "at"), "has no table 'good`; DROP TABLE good; --'");
    assertThat(fixture.count("SELECT COUNT(*) FROM good")).isZero();
  }

  @Test
  void a_column_that_is_missing() throws Exception {
    assertProblem(
        of("good", "created_at"), "entry.column: table", "has no column 'created_at'; it has");
  }

  @Test
  void a_column_that_tells_no_age() throws Exception {
    assertProblem(
        of("good", "name"), "entry.column: column", "tells no age; name one that is a DATETIME");
    assertProblem(of("good", "d"), "tells no age");
  }

  @Test
  void a_number_without_a_unit_and_a_time_with_one() throws Exception {
    assertProblem(
        of("good", "n"), "entry.unit: column", "say what it counts: millis, seconds or days");
    assertProblem(of("good", "at").unit(AgeUnit.DAYS), "entry.unit", "needs no unit; leave it out");
  }

  @Test
  void a_table_without_a_primary_key_and_a_view() throws Exception {
    assertProblem(
        of("keyless", "at"), "has no primary key, by which rows are deleted; give it one");
    assertProblem(of("a_view", "at"), "is a view; name the table behind it");
  }

  @Test
  void a_key_that_is_about_a_number() throws Exception {
    fixture.execute(
        "CREATE TABLE measured (shop INT, f FLOAT, at DATETIME, PRIMARY KEY (shop, f))");

    assertProblem(
        of("measured", "at"),
        "retention.tables.entry.table: column '",
        "' of the primary key of table '",
        "no row can be found again by it; give the table another primary key");
  }

  @Test
  void every_problem_is_told_at_once() throws Exception {
    assertThat(
            fixture
                .truncation(
                    Retention.of("a", "missing", "at", KEEP),
                    Retention.of("b", "keyless", "at", KEEP))
                .check())
        .hasSize(2);
  }

  @Test
  void a_name_of_ours_and_a_database_that_there_is_not() {
    assertThatThrownBy(() -> fixture.truncation(Retention.of("inbox", "good", "at", KEEP)))
        .isInstanceOf(RetentionInvalid.class)
        .hasMessage(
            "retention.tables.inbox: Sluice has a table of its own by this name; choose another one");
    assertThatThrownBy(() -> fixture.truncation(of("good", "at").database("archive")))
        .isInstanceOf(RetentionInvalid.class)
        .hasMessageContaining("'archive' is not among databases; known are [main]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sluice_outbox", "SLUICE_OUTBOX", "Sluice_Long_Task", "SLUICE_QRTZ_TRIGGERS"})
  void a_table_of_ours(String table) {
    assertThatThrownBy(() -> fixture.truncation(of(table, "created_at")))
        .isInstanceOf(RetentionInvalid.class)
        .hasMessage(
            "retention.tables.entry.table: '%s' is Sluice's own; set retention.firings, deadTasks,"
                + " settledDeadTasks or counterCorrections instead",
            table);
  }

  @Test
  void a_table_that_is_dropped_or_changed_later() throws Exception {
    TableTruncation truncation = fixture.truncation(of("good", "at"));
    fixture.execute("INSERT INTO good VALUES (1, '2020-01-01 00:00:00', 1, 'a', 1)");
    assertThat(fixture.run(truncation, "entry").rows()).isOne();

    fixture.execute("DROP VIEW a_view", "ALTER TABLE good DROP COLUMN at");
    assertThat(fixture.failure(truncation, "entry"))
        .contains("table 'good' of database 'main' is not what it was");

    fixture.execute("DROP TABLE good");
    assertThat(fixture.failure(truncation, "entry")).contains("has no table 'good'");
  }

  @Test
  void rows_that_others_refer_to() throws Exception {
    fixture.execute(
        "INSERT INTO good VALUES (1, '2020-01-01 00:00:00', 1, 'a', 1)",
        "CREATE TABLE refers (id INT PRIMARY KEY, good INT, FOREIGN KEY (good) REFERENCES good (id))",
        "INSERT INTO refers VALUES (1, 1)");

    assertThat(fixture.failure(fixture.truncation(of("good", "at")), "entry"))
        .contains("old rows of table 'good' cannot be deleted")
        .endsWith("let what refers to them go first");
  }

  @Test
  void a_run_of_a_newer_worker_waits_for_that_one_for_a_while_and_then_ends() throws Exception {
    TruncationRun.Payload newer = new TruncationRun.Payload("newer@main");
    TableTruncation truncation = fixture.truncation();
    Slice slice = fixture.begin(truncation, newer);

    assertThatThrownBy(() -> truncation.run().step(newer, slice)).isInstanceOf(NotNow.class);

    fixture.now = fixture.now.plus(Duration.ofMinutes(11));
    Step last = truncation.run().step(newer, slice);
    assertThat(last.position()).isNull();
    assertThat(last.result()).asString().contains("this worker has no retention for 'newer@main'");
  }

  private void assertProblem(Retention retention, String... parts) throws SQLException {
    assertThat(fixture.truncation(retention).check())
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains(parts));
  }

  private static Retention of(String table, String column) {
    return Retention.of("entry", table, column, KEEP);
  }
}
