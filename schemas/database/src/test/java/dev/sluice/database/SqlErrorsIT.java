package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class SqlErrorsIT extends SqlErrorsContract {

  @Override
  DatabaseOptions empty() throws SQLException {
    return TestDatabases.server();
  }

  @Override
  String shortLockWait() {
    return "SET SESSION innodb_lock_wait_timeout = 1";
  }

  @Test
  void a_killed_connection_is_a_lost_connection() throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      String id;
      try (var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
        row.next();
        id = row.getString(1);
      }
      TestDatabases.execute(database, "KILL " + id);
      assertThat(classOf(() -> statement.execute("SELECT 1")))
          .isEqualTo(SqlErrorClass.CONNECTION_LOST);
    }
  }

  @Test
  void a_write_where_only_reads_are_allowed_is_read_only() throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION TRANSACTION READ ONLY");
      assertThat(classOf(() -> statement.execute("DELETE FROM pair")))
          .isEqualTo(SqlErrorClass.READ_ONLY);
      statement.execute("SET SESSION TRANSACTION READ WRITE");
    }
  }
}
