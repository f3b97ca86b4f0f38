package dev.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatabaseTest {

  @Test
  void connections_commit_by_themselves_and_read_what_is_committed() throws Exception {
    try (Database database = Database.open(TestDatabases.h2());
        Connection connection = database.dataSource().getConnection()) {
      assertThat(database.dialect()).isEqualTo(Dialect.H2);
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    }
  }

  @Test
  void a_server_that_is_away_is_named_with_the_next_step_and_without_the_password()
      throws Exception {
    String url = "jdbc:mysql://sluice:secret@127.0.0.1:" + closedPort() + "/shop?password=secret";
    assertThatExceptionOfType(DatabaseUnavailable.class)
        .isThrownBy(
            () ->
                Database.open(DatabaseOptions.of(url).connectTimeout(Duration.ofMillis(500)))
                    .close())
        .withMessageContaining("cannot reach database 'shop' on 127.0.0.1:")
        .withMessageContaining("check that the server is running")
        .withMessageNotContaining("secret");
  }

  @Test
  void a_missing_h2_database_is_named() {
    assertThatExceptionOfType(DatabaseUnavailable.class)
        .isThrownBy(
            () -> Database.open(DatabaseOptions.of("jdbc:h2:mem:nothing;IFEXISTS=TRUE")).close())
        .withMessageContaining("there is no database jdbc:h2:mem:nothing; create it");
  }

  @Test
  void options_show_no_password() {
    assertThat(
            DatabaseOptions.of("jdbc:mysql://sluice:secret@db/shop?password=secret&x=1")
                .password("secret"))
        .hasToString("DatabaseOptions[jdbc:mysql://***@db/shop?password=***&x=1, poolSize=10]");
  }

  @Test
  void another_kind_of_database_is_refused_at_once() {
    assertThatThrownBy(() -> DatabaseOptions.of("jdbc:postgresql://u:secret@db/shop"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must start with jdbc:mysql:")
        .hasMessageNotContaining("secret");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
