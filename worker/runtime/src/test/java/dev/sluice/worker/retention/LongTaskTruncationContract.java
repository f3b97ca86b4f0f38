package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.outbox.SqlTimes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    assertThat(report.rows()).as("with their lanes").isEqualTo(203 * 3);
    assertThat(fixture.column("SELECT id FROM sluice_long_task"))
        .containsExactlyInAnyOrder(young, open);
    assertThat(fixture.column("SELECT DISTINCT long_task FROM sluice_long_task_lane"))
        .containsExactlyInAnyOrder(young, open);
    assertThat(fixture.count("SELECT COUNT(*) FROM sluice_long_task_lane")).isEqualTo(4);
  }

  @Test
  void no_batch_has_more_rows_than_it_may_lanes_among_them() throws Exception {
    for (int i = 0; i < 9; i++) {
      insert("'" + SqlTimes.text(start.plusMillis(i)) + "'");
    }
    fixture.now = start.plus(OwnTables.LONG_TASKS).plusSeconds(1);
    fixture.ceiling = 200;
    Part part =
        new OwnTables(fixture.tools(), OwnRetention.DEFAULTS)
            .parts(Map.of(TruncationFixture.MAIN, fixture.database.dataSource())).stream()
                .filter(each -> each.table().equals("long_tasks"))
                .findFirst()
                .orElseThrow();
    List<Long> batches = new ArrayList<>();
    long before = rows();
    String position = RowPosition.START.text();
    while (position != null) {
      Cut.Piece piece = part.cuts().get(0).next(fixture.now, position);
      assertThat(piece.rows()).as("reported").isEqualTo(before - rows());
      batches.add(piece.rows());
      before = rows();
      position = piece.position();
    }

    // At 200 rows a second a batch has 10 of them at most: three long tasks.
    assertThat(batches).containsExactly(9L, 9L, 9L, 0L);
  }

  @Test
  void one_of_more_lanes_than_a_batch_may_have_rows_goes_alone() throws Exception {
    insert("'" + SqlTimes.text(start) + "'");
    insert("'" + SqlTimes.text(start) + "'");
    fixture.now = start.plus(OwnTables.LONG_TASKS).plusSeconds(1);
    fixture.ceiling = 20;

    assertThat(fixture.run("long_tasks").rows()).isEqualTo(6);
  }

  private long rows() throws SQLException {
    return fixture.count("SELECT COUNT(*) FROM sluice_long_task")
        + fixture.count("SELECT COUNT(*) FROM sluice_long_task_lane");
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
