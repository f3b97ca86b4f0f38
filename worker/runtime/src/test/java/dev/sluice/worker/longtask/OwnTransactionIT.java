package dev.sluice.worker.longtask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the pool of an application, with MySQL's own isolation level. */
class OwnTransactionIT {
  private final List<Integer> isolationWhenClosed = new ArrayList<>();
  private Database database;

  @BeforeEach
  void open() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
    execute("CREATE TABLE IF NOT EXISTS own_transaction (n INT NOT NULL)");
    execute("DELETE FROM own_transaction");
  }

  @AfterEach
  void close() throws SQLException {
    execute("DROP TABLE own_transaction");
    database.close();
  }

  @Test
  void each_statement_sees_what_is_committed_by_then() throws SQLException {
    int seen =
        OwnTransaction.run(
            repeatableRead(),
            connection -> {
              assertThat(count(connection)).isZero();
              execute("INSERT INTO own_transaction VALUES (1)");
              return count(connection);
            });

    assertThat(seen).isEqualTo(1);
    assertThat(isolationWhenClosed).containsExactly(Connection.TRANSACTION_REPEATABLE_READ);
  }

  private DataSource repeatableRead() {
    return proxy(
        DataSource.class,
        "getConnection",
        database.dataSource(),
        pool -> {
          Connection connection = database.dataSource().getConnection();
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          return proxy(
              Connection.class,
              "close",
              connection,
              closed -> {
                isolationWhenClosed.add(closed.getTransactionIsolation());
                closed.close();
                return null;
              });
        });
  }

  private interface Instead<T> {
    @Nullable Object of(T real) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, String name, T real, Instead<T> instead) {
    return type.cast(
        Proxy.newProxyInstance(
            OwnTransactionIT.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                method.getName().equals(name) ? instead.of(real) : method.invoke(real, arguments)));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM own_transaction")) {
      row.next();
      return row.getInt(1);
    }
  }
}
