package dev.sluice.outbox;

import dev.sluice.database.DatabaseOptions;
import java.util.UUID;

class OutboxTest extends OutboxContract {

  @Override
  DatabaseOptions empty() {
    return DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
  }
}
