package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit of the demo's firings must find what is wrong. */
class FiringLedgerTest {
  private static final Instant UNTIL = Instant.parse("2026-11-21T12:00:00Z");

  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final FiringLedger ledger =
      new FiringLedger(database.dataSource(), List.of("tidy", "sweep"));

  @BeforeEach
  void fill() throws SQLException {
    database.migrate();
    execute("'tidy', '2026-11-21 11:00:00', 'completed', 'a', '2026-11-21 11:00:01', 40");
    execute("'tidy', '2026-11-21 11:00:03', 'skipped', NULL, NULL, NULL");
    execute("'sweep', '2026-11-21 11:00:00', 'completed', 'b', '2026-11-21 11:00:01', 70");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void firings_that_each_ended_once_are_clean_and_counted() throws SQLException {
    FiringLedger.Findings findings = ledger.findings(UNTIL);

    assertThat(findings.clean()).isTrue();
    assertThat(findings.fired()).isEqualTo(3);
    assertThat(findings.lines())
        .containsExactly(
            new FiringLedger.Line("sweep", 1, 1, 0, 0, 70),
            new FiringLedger.Line("tidy", 2, 1, 1, 0, 40));
  }

  @Test
  void a_firing_that_goes_on_is_found() throws SQLException {
    execute("'tidy', '2026-11-21 11:00:06', 'enqueued', 'c', NULL, NULL");

    assertThat(ledger.open(UNTIL)).isEqualTo(1);
    assertThat(ledger.findings(UNTIL).wrong())
        .singleElement()
        .asString()
        .startsWith("tidy due 2026-11-21 11:00:06");
  }

  @Test
  void a_firing_whose_task_died_is_found() throws SQLException {
    execute("'tidy', '2026-11-21 11:00:06', 'dead', 'c', '2026-11-21 11:00:07', 3");

    assertThat(ledger.findings(UNTIL).wrong()).singleElement().asString().endsWith(" is dead");
  }

  @Test
  void a_task_of_two_firings_is_found() throws SQLException {
    execute("'tidy', '2026-11-21 11:00:06', 'completed', 'a', '2026-11-21 11:00:07', 3");

    assertThat(ledger.findings(UNTIL).wrong()).containsExactly("task a is of 2 firings");
  }

  @Test
  void a_ledger_without_firings_proves_nothing() throws SQLException {
    ledger.clear();

    assertThat(ledger.findings(UNTIL).clean()).isFalse();
  }

  @Test
  void jobs_of_others_on_the_same_servers_are_let_be() throws SQLException {
    execute("'theirs', '2026-11-21 11:00:06', 'dead', 'c', '2026-11-21 11:00:07', 3");
    FiringLedger theirs = new FiringLedger(database.dataSource(), List.of("theirs"));

    assertThat(ledger.findings(UNTIL).clean()).isTrue();
    ledger.clear();
    assertThat(ledger.lines(UNTIL)).isEmpty();
    assertThat(theirs.lines(UNTIL)).hasSize(1);
  }

  private void execute(String values) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO sluice_job_firing (job, fire_time, state, task_id, ended_at, duration_ms,"
              + " origin, fired_at) VALUES ("
              + values
              + ", 'due', '2026-11-21 11:00:00')");
    }
  }
}
