package dev.sluice.worker.order;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.util.UUID;

class OrderRowsTest extends OrderRowsContract {
  @Override
  Database open() {
    return Database.open(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }
}
