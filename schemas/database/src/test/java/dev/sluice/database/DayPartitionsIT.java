package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DayPartitionsIT {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-29");
  private static final int KEEP_DAYS = 30;

  private Database database;

  @BeforeEach
  void open() throws SQLException {
    database = Database.open(TestDatabases.server());
    TestDatabases.execute(
        database,
        "CREATE TABLE event (id INT NOT NULL, at DATETIME(3) NOT NULL, PRIMARY KEY (id, at))"
            + " PARTITION BY RANGE COLUMNS (at) (PARTITION later VALUES LESS THAN (MAXVALUE))");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void today_and_some_days_ahead_have_a_partition_each() throws Exception {
    maintain(TODAY);
    assertThat(partitions())
        .containsExactly("d20260329", "d20260330", "d20260331", "d20260401", "later");
    maintain(TODAY);
    assertThat(partitions()).hasSize(5);

    maintain(TODAY.plusDays(1));
    assertThat(partitions()).hasSize(6).endsWith("d20260402", "later");
  }

  @Test
  void what_was_there_before_the_first_partition_goes_with_it() throws Exception {
    insert("2025-01-01 00:00:00", "2026-03-29 23:59:59.999", "2026-03-30 00:00:00");
    maintain(TODAY);
    assertThat(rows()).hasSize(3);

    maintain(TODAY.plusDays(KEEP_DAYS));
    assertThat(rows()).hasSize(3);

    long rows = maintain(TODAY.plusDays(KEEP_DAYS + 1));
    assertThat(rows()).containsExactly("2026-03-30 00:00:00.000");
    assertThat(rows).isNotNegative();
    assertThat(partitions()).doesNotContain("d20260329").contains("d20260330");
  }

  @Test
  void after_a_long_stop_the_days_that_are_kept_are_made_up_for() throws Exception {
    maintain(TODAY);
    insert("2026-03-29 12:00:00", "2026-06-01 00:00:00", "2027-01-01 00:00:00");

    maintain(LocalDate.parse("2026-07-01"));

    assertThat(rows()).containsExactly("2026-06-01 00:00:00.000", "2027-01-01 00:00:00.000");
    // The first one has all the days since the last partition before the stop.
    assertThat(partitions()).startsWith("d20260601").endsWith("d20260704", "later");
  }

  @Test
  void two_at_once_do_it_once() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thread = new Thread(() -> maintainQuietly(failures));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
    assertThat(partitions()).hasSize(5);
  }

  @Test
  void an_open_transaction_makes_the_next_call_do_the_work() throws Exception {
    maintain(TODAY);
    try (Connection busy = database.dataSource().getConnection();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("SELECT COUNT(*) FROM event");
      SqlErrorClass error =
          SqlErrorsContract.classOf(() -> maintain(TODAY.plusDays(KEEP_DAYS + 1)));
      assertThat(error).isEqualTo(SqlErrorClass.LOCK_TIMEOUT);
      busy.rollback();
    }
    maintain(TODAY.plusDays(KEEP_DAYS + 1));
    assertThat(partitions()).doesNotContain("d20260329");
  }

  private void maintainQuietly(List<Throwable> failures) {
    try {
      maintain(TODAY);
    } catch (SQLException e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  private long maintain(LocalDate today) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return DayPartitions.maintain(connection, "event", today.minusDays(KEEP_DAYS), today, "");
    }
  }

  private void insert(String... times) throws SQLException {
    for (int i = 0; i < times.length; i++) {
      TestDatabases.execute(database, "INSERT INTO event VALUES (%d, '%s')".formatted(i, times[i]));
    }
  }

  private List<String> rows() throws SQLException {
    return column("SELECT CAST(at AS CHAR) FROM event ORDER BY at");
  }

  private List<String> partitions() throws SQLException {
    return column(
        "SELECT partition_name FROM information_schema.partitions"
            + " WHERE table_schema = DATABASE() AND table_name = 'event'"
            + " ORDER BY partition_ordinal_position");
  }

  private List<String> column(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    }
  }
}
