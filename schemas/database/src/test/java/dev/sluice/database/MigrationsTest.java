package dev.sluice.database;

class MigrationsTest extends MigrationsContract {

  @Override
  DatabaseOptions empty() {
    return TestDatabases.h2();
  }
}
