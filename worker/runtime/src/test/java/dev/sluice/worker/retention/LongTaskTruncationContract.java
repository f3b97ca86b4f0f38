package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.outbox.SqlTimes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which long tasks are forgotten, and which must not be. */
abstract class LongTaskTruncationContract {
  private TruncationFixture fixture;
  private Instant start;

  abstract TruncationFixture open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    fixture = open();
    start = fixture.now;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void those_that_ended_long_ago_go_with_their_lanes_and_no_others() throws Exception {
    for (int i = 0; i < 203; i++) {
      insert("'" + SqlTimes.text(start) + "'");
    }
    String young = insert("'" + SqlTimes.text(start.plusSeconds(1)) + "'");
    String open = insert("NULL");
    fixture.now = start.plus(OwnTables.LONG_TASKS).plusMillis(1);

    TruncationReport report = fixture.run("long_tasks");

    assertThat(report.rows()).isEqualTo(203);
    assertThat(fixture.column("SELECT id FROM sluice_long_task"))
        .containsExactlyInAnyOrder(young, open);
    assertThat(fixture.column("SELECT DISTINCT long_task FROM sluice_long_task_lane"))
        .containsExactlyInAnyOrder(young, open);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_long_task_lane")).isEqualTo(4);
  }

  private String insert(String ended) throws SQLException {
    String id = UUID.randomUUID().toString();
    String now = SqlTimes.text(start);
    fixture.execute(
        "INSERT INTO sluice_long_task (id, name, queue, payload, state, lanes, lanes_done,"
            + " started_at, ended_at) VALUES ('%s', 'docs', 'steps', '', 'RUNNING', 2, 0, '%s', %s)"
                .formatted(id, now, ended));
    for (int lane = 0; lane < 2; lane++) {
      fixture.execute(
          "INSERT INTO sluice_long_task_lane (long_task, lane, step, epoch, done, units, rate,"
              + " moved_at, expected_at, rescues)"
              + " VALUES ('%s', %d, 0, 0, FALSE, 0, 0, '%s', '%s', 0)"
                  .formatted(id, lane, now, now));
    }
    return id;
  }
}
