package dev.sluice.worker.longtask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which long tasks are forgotten, and which must not be. */
abstract class LongTaskTruncationContract {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Plan TWO_LANES =
      new Plan(List.of(new Slice(null, "5"), new Slice("5", null)), null);

  private final LongTaskRows rows = new LongTaskRows(() -> this.now);
  private Instant now = START;
  private Database database;
  private LongTaskTruncation truncation;

  abstract Database open() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    database = open();
    database.migrate();
    execute("DELETE FROM sluice_long_task");
    execute("DELETE FROM sluice_long_task_lane");
    truncation = new LongTaskTruncation(database.dataSource(), () -> now);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void those_that_ended_long_ago_go_with_their_lanes_a_page_at_a_time() throws SQLException {
    for (int i = 0; i < 203; i++) {
      ended(START, insert(TWO_LANES));
    }
    String young = insert(TWO_LANES);
    ended(START.plusSeconds(1), young);
    String open = insert(TWO_LANES);
    now = START.plus(LongTaskTruncation.RETENTION);

    int pages = 1;
    while (truncation.runOnce().compareTo(Duration.ofMinutes(1)) < 0) {
      pages++;
    }

    assertThat(pages).isEqualTo(3);
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task")).isEqualTo(2);
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task_lane")).isEqualTo(4);
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task WHERE id = '" + young + "'")).isOne();
    assertThat(count("SELECT COUNT(*) FROM sluice_long_task WHERE id = '" + open + "'")).isOne();
  }

  @Test
  void of_two_that_start_with_one_id_the_second_is_told() throws SQLException {
    String id = insert(Plan.done(3));

    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(rows.claim(connection, start(id))).isFalse();
    }
  }

  private static NewLongTask start(String id) {
    return new NewLongTask(id, "docs", "steps", new byte[0], null);
  }

  private String insert(Plan plan) throws SQLException {
    String id = UUID.randomUUID().toString();
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(rows.claim(connection, start(id))).isTrue();
      rows.planned(connection, id, plan, 0);
    }
    return id;
  }

  private void ended(Instant at, String id) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE sluice_long_task SET ended_at = ? WHERE id = ?")) {
      update.setString(1, SqlTimes.text(at));
      update.setString(2, id);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
