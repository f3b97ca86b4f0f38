package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboxPartitionsIT {
  private static final Instant NOW = Instant.parse("2026-11-21T23:59:59.900Z");
  private static final int TODAY = (int) (NOW.getEpochSecond() / 86_400);

  private Database database;
  private Instant now = NOW;

  @BeforeEach
  void open() throws SQLException {
    database = Database.open(TestDatabases.server());
    database.migrate();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void every_day_from_the_retention_to_some_days_ahead_has_a_partition() throws Exception {
    maintain();
    List<String> first = partitions();
    assertThat(first).startsWith("p0").contains("d" + TODAY, "d" + (TODAY + 3)).endsWith("later");
    maintain();
    assertThat(partitions()).isEqualTo(first);

    now = NOW.plus(Duration.ofDays(1));
    maintain();
    assertThat(partitions()).contains("d" + (TODAY + 4)).hasSameSizeAs(first);
  }

  @Test
  void days_beyond_the_retention_are_dropped_and_no_other_row() throws Exception {
    maintain();
    String gone = id(NOW.minus(Duration.ofDays(10)));
    String kept = id(NOW);
    String ahead = id(NOW.plus(Duration.ofDays(100)));
    insert(gone, kept, ahead);

    now = NOW.plus(Duration.ofDays(25));
    maintain();

    assertThat(isNew(gone)).isTrue();
    assertThat(isNew(kept)).isFalse();
    assertThat(isNew(ahead)).isFalse();
  }

  @Test
  void foreign_ids_that_differ_in_case_or_blanks_are_different_tasks() throws Exception {
    insert("ORDER-a ");
    assertThat(isNew("order-A")).isTrue();
    assertThat(isNew("ORDER-a")).isTrue();
    assertThat(isNew("ORDER-a ")).isFalse();
  }

  @Test
  void a_redelivery_after_midnight_meets_the_same_row() throws Exception {
    maintain();
    String id = id(NOW);
    insert(id);
    now = NOW.plusMillis(200);
    maintain();
    assertThat(isNew(id)).isFalse();
  }

  @Test
  void an_open_transaction_of_the_inbox_makes_the_next_call_do_the_work() throws Exception {
    try (Connection busy = database.dataSource().getConnection();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("SELECT COUNT(*) FROM sluice_inbox");
      SqlErrorClass error = SqlErrorsContract.classOf(this::maintain);
      assertThat(error).isEqualTo(SqlErrorClass.LOCK_TIMEOUT);
      busy.rollback();
    }
    maintain();
    assertThat(partitions()).contains("d" + TODAY);
  }

  private void maintain() throws SQLException {
    int today = (int) (now.getEpochSecond() / 86_400);
    try (Connection connection = database.dataSource().getConnection()) {
      InboxPartitions.maintain(connection, today - 30, today);
    }
  }

  private static String id(Instant time) {
    return TaskIds.next(time).toString();
  }

  private boolean isNew(String id) throws SQLException {
    try {
      insert(id);
      return true;
    } catch (SQLException e) {
      assertThat(SqlErrors.classify(e)).isEqualTo(SqlErrorClass.DUPLICATE_KEY);
      return false;
    }
  }

  private void insert(String... ids) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_inbox (bucket, task, kind, at) VALUES (?, ?, 0, ?)")) {
      for (String id : ids) {
        InboxKey key = InboxKey.of(id);
        insert.setInt(1, key.bucket());
        insert.setBytes(2, key.task());
        insert.setObject(3, LocalDateTime.ofInstant(now, ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private List<String> partitions() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT partition_name FROM information_schema.partitions"
                    + " WHERE table_schema = DATABASE() AND table_name = 'sluice_inbox'"
                    + " ORDER BY partition_ordinal_position")) {
      List<String> names = new ArrayList<>();
      while (row.next()) {
        names.add(row.getString(1));
      }
      return names;
    }
  }
}
