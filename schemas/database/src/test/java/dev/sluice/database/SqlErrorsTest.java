package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

class SqlErrorsTest extends SqlErrorsContract {

  @Override
  DatabaseOptions empty() {
    return TestDatabases.h2();
  }

  @Override
  String shortLockWait() {
    return "SET LOCK_TIMEOUT 50";
  }

  @Test
  void a_database_that_shuts_down_is_a_lost_connection() {
    assertThat(classOf(() -> TestDatabases.execute(database, "SHUTDOWN IMMEDIATELY", "SELECT 1")))
        .isEqualTo(SqlErrorClass.CONNECTION_LOST);
  }

  @Test
  void a_pool_that_has_no_connection_in_time_is_a_lost_connection() {
    assertThat(SqlErrors.classify(new SQLTransientConnectionException("sluice - not available")))
        .isEqualTo(SqlErrorClass.CONNECTION_LOST);
  }

  @Test
  void the_reason_inside_a_batch_s_error_counts() {
    SQLException duplicate = new SQLException("Duplicate entry", "23000", 1062);
    BatchUpdateException batch = new BatchUpdateException("batch failed", new int[0]);
    batch.setNextException(duplicate);
    assertThat(SqlErrors.classify(batch)).isEqualTo(SqlErrorClass.DUPLICATE_KEY);
    assertThat(SqlErrors.classify(new SQLException("wrapped", duplicate)))
        .isEqualTo(SqlErrorClass.DUPLICATE_KEY);
  }

  @Test
  void a_statement_over_max_allowed_packet_is_not_a_lost_connection_though_it_says_so() {
    assertThat(SqlErrors.classify(new SQLException("packet bigger", "08S01", 1153)))
        .isEqualTo(SqlErrorClass.DATA);
  }

  @Test
  void a_server_whose_disk_is_full_takes_no_writes() {
    assertThat(SqlErrors.classify(new SQLException("Disk full", "HY000", 1021)))
        .isEqualTo(SqlErrorClass.READ_ONLY);
    assertThat(SqlErrors.classify(new SQLException("The table is full", "HY000", 1114)))
        .isEqualTo(SqlErrorClass.READ_ONLY);
  }

  @Test
  void a_row_that_has_changed_since_the_snapshot_rolls_the_transaction_back() {
    assertThat(SqlErrors.classify(new SQLException("Record has changed", "HY000", 1020)))
        .isEqualTo(SqlErrorClass.DEADLOCK);
  }

  @Test
  void what_nobody_knows_is_other() {
    assertThat(SqlErrors.classify(new SQLException("?"))).isEqualTo(SqlErrorClass.OTHER);
  }
}
