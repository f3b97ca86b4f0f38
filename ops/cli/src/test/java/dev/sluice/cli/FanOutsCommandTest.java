package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.outbox.OutboxStats;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FanOutsCommandTest {
  private static final String ID = "0198a4f0-0000-5000-8000-000000000001";

  @TempDir Path folder;
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  private final Database database = Database.open(DatabaseOptions.of(url));
  private Cli cli;

  @BeforeEach
  void a_fan_out_in_two_lanes_has_stood_still_for_a_long_time() throws SQLException {
    cli =
        new Cli(
            folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost", "SLUICE_DATABASE_URL", url));
    database.migrate();
    execute(
        "INSERT INTO sluice_long_task (id, name, queue, payload, state, total, lanes, lanes_done,"
            + " started_at, ended_at) VALUES ('"
            + ID
            + "', 'timeline.fan_out', 'fanout', X'00', 'RUNNING', 7000000, 2, 0,"
            + " '2026-01-01 00:00:00', NULL)");
    for (int lane = 0; lane < 2; lane++) {
      execute(
          "INSERT INTO sluice_long_task_lane (long_task, lane, position, up_to, step, epoch, done,"
              + " units, rate, moved_at, expected_at, rescues) VALUES ('"
              + ID
              + "', "
              + lane
              + ", '0:1000', '0:9000', 1, 0, FALSE, 1000, 500, '2026-01-01 00:00:01',"
              + " '2026-01-01 00:00:01', 0)");
    }
  }

  @AfterEach
  void stop() {
    cli.close();
    database.close();
  }

  @Test
  void the_list_shows_how_far_each_is() {
    Ran ran = cli.run("fanouts");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("database jdbc:h2:mem:");
    assertThat(ran.out())
        .contains("timeline.fan_out", ID, "running", "0 of 2 done")
        .containsPattern("2\\D?000 +7\\D?000\\D?000");
  }

  @Test
  void the_list_is_json_on_demand() {
    JsonNode line = Json.MAPPER.readTree(cli.run("fanouts", "--json").out());

    assertThat(line.get("id").stringValue()).isEqualTo(ID);
    assertThat(line.get("state").stringValue()).isEqualTo("RUNNING");
    assertThat(line.get("done").longValue()).isEqualTo(2000);
    assertThat(line.get("total").longValue()).isEqualTo(7_000_000);
    assertThat(line.get("lanes").intValue()).isEqualTo(2);
  }

  @Test
  void a_paused_one_goes_on_when_it_is_resumed() throws SQLException {
    assertThat(cli.run("fanouts", "pause", ID).out()).contains("paused 1, refused 0");
    assertThat(cli.run("fanouts").out()).contains("paused");
    assertThat(waiting()).isZero();

    assertThat(cli.run("fanouts", "resume", ID).out()).contains("resumed 1, refused 0");

    assertThat(cli.run("fanouts").out()).contains("running");
    assertThat(waiting()).isEqualTo(2);
  }

  @Test
  void what_is_not_in_the_state_for_it_is_refused_and_named() {
    Ran ran = cli.run("fanouts", "resume", ID);

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains(ID + " is not paused");
    assertThat(
            Json.MAPPER.readTree(cli.run("fanouts", "resume", ID, "--json").out()).get("refused"))
        .singleElement()
        .isEqualTo(Json.MAPPER.valueToTree(ID));
  }

  @Test
  void a_cancelled_one_comes_to_rest_with_its_next_continuations() throws SQLException {
    cli.run("fanouts", "pause", ID);

    assertThat(cli.run("fanouts", "cancel", ID).out()).contains("cancelled 1, refused 0");

    assertThat(waiting()).isEqualTo(2);
    assertThat(cli.run("fanouts", "cancel", ID).status()).isEqualTo(1);
  }

  @Test
  void a_rescue_enqueues_what_was_lost_once() throws SQLException {
    Ran ran = cli.run("fanouts", "rescue", "--still-for", "1m");
    assertThat(ran.out()).as(ran.err()).contains(ID).contains("rescued 1");
    assertThat(waiting()).isEqualTo(2);

    assertThat(cli.run("fanouts", "rescue", "--still-for", "1m", "--json").out())
        .contains("\"rescued\":[]");
    assertThat(waiting()).isEqualTo(2);
  }

  @Test
  void nothing_open_is_said() throws SQLException {
    execute("DELETE FROM sluice_long_task");

    assertThat(cli.run("fanouts").out()).contains("none is open");
  }

  /** Continuations that wait in the outbox. */
  private int waiting() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return OutboxStats.read(connection).waiting();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
