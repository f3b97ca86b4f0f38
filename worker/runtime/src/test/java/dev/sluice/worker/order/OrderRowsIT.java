package dev.sluice.worker.order;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;

class OrderRowsIT extends OrderRowsContract {
  @Override
  Database open() {
    DatabaseService server = DevServices.shared().database();
    return Database.open(
        DatabaseOptions.of(server.jdbcUrl()).user(server.user()).password(server.password()));
  }
}
