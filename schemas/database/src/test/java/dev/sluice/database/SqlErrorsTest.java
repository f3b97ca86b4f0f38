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
  void what_nobody_knows_is_other() {
    assertThat(SqlErrors.classify(new SQLException("?"))).isEqualTo(SqlErrorClass.OTHER);
  }
}
