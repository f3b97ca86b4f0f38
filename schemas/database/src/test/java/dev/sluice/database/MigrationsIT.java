package dev.sluice.database;

import java.sql.SQLException;

class MigrationsIT extends MigrationsContract {

  @Override
  DatabaseOptions empty() throws SQLException {
    return TestDatabases.server();
  }
}
