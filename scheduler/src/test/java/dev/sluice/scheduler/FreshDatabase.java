package dev.sluice.scheduler;

import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** An empty database on the server that all tests share. */
final class FreshDatabase {
  private FreshDatabase() {}

  static DatabaseOptions named(String name) throws SQLException {
    DatabaseService service = DevServices.shared().database();
    try (Connection connection =
            DriverManager.getConnection(service.jdbcUrl(), service.user(), service.password());
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name);
      statement.execute("CREATE DATABASE " + name);
    }
    return DatabaseOptions.of(service.jdbcUrl(name))
        .user(service.user())
        .password(service.password());
  }
}
