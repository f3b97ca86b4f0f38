package dev.sluice.database;

import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Empty databases for tests. */
final class TestDatabases {
  private TestDatabases() {}

  static DatabaseOptions h2() {
    return DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
  }

  /** A new database on the server that the tests share. */
  static DatabaseOptions server() throws SQLException {
    DatabaseService service = DevServices.shared().database();
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection =
            DriverManager.getConnection(service.jdbcUrl(), service.user(), service.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return DatabaseOptions.of(service.jdbcUrl(name))
        .user(service.user())
        .password(service.password());
  }

  static void execute(Database database, String... statements) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
