package dev.sluice.outbox;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

class OutboxIT extends OutboxContract {

  @Override
  DatabaseOptions empty() throws SQLException {
    return newDatabase();
  }

  /** A new database on the server that the tests share. */
  static DatabaseOptions newDatabase() throws SQLException {
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
}
