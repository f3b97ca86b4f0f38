package dev.sluice.keys;

import dev.sluice.database.DatabaseOptions;
import java.util.UUID;

class DatabaseKeysTest extends DatabaseKeysContract {

  @Override
  DatabaseOptions empty() {
    return DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
  }
}
