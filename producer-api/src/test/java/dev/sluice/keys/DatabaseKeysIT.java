package dev.sluice.keys;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

class DatabaseKeysIT extends DatabaseKeysContract {

  @Override
  DatabaseOptions empty() throws SQLException {
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
