package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class DatabaseIT {

  @Test
  void a_wrong_password_is_said_clearly_and_not_shown() throws Exception {
    DatabaseOptions options = TestDatabases.server().password("wrong-secret");
    assertThatExceptionOfType(DatabaseUnavailable.class)
        .isThrownBy(() -> Database.open(options).close())
        .withMessageContaining("refuses user '" + options.user() + "': wrong user or password")
        .withMessageNotContaining("wrong-secret");
  }

  @Test
  void a_missing_database_is_said_clearly() throws Exception {
    DatabaseOptions there = TestDatabases.server();
    DatabaseOptions options =
        DatabaseOptions.of(there.url().replaceFirst("/t[0-9a-f]{32}", "/missing"))
            .user(there.user())
            .password(there.password());
    assertThatExceptionOfType(DatabaseUnavailable.class)
        .isThrownBy(() -> Database.open(options).close())
        .withMessageContaining("there is no database 'missing' on 127.0.0.1:")
        .withMessageContaining("create it");
  }

  @Test
  void sessions_are_in_utc_wait_five_seconds_for_locks_and_compare_text_exactly() throws Exception {
    try (Database database = Database.open(TestDatabases.server());
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT @@time_zone, @@innodb_lock_wait_timeout, @@collation_connection")) {
      assertThat(database.dialect()).isIn(Dialect.MARIADB, Dialect.MYSQL);
      row.next();
      assertThat(row.getString(1)).isEqualTo("+00:00");
      assertThat(row.getInt(2)).isEqualTo(5);
      assertThat(row.getString(3)).isEqualTo("utf8mb4_bin");
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    }
  }
}
