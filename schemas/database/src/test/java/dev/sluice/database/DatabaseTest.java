package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DatabaseTest {

  @Test
  void an_empty_database_gets_every_table_and_a_second_start_changes_nothing() throws Exception {
    try (Database database = Database.open(DatabaseOptions.of(h2()))) {
      assertThat(database.dialect()).isEqualTo(Dialect.H2);
      database.migrate();
      database.migrate();
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT COUNT(*) FROM information_schema.tables"
                      + " WHERE table_name IN ('SLUICE_INBOX', 'SLUICE_OUTBOX',"
                      + " 'SLUICE_ATTEMPT_MARK', 'SLUICE_DEAD_TASK')")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(4);
      }
    }
  }

  @Test
  void an_application_s_own_tables_do_not_stop_the_migration() throws Exception {
    try (Database database = Database.open(DatabaseOptions.of(h2()))) {
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE orders (id INT)");
      }
      database.migrate();
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        assertThat(statement.executeUpdate("DELETE FROM sluice_outbox")).isZero();
      }
    }
  }

  private static String h2() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
  }
}
