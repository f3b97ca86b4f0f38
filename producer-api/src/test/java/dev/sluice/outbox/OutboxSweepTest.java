package dev.sluice.outbox;

import dev.sluice.database.DatabaseOptions;
import java.util.UUID;

class OutboxSweepTest extends OutboxSweepContract {

  @Override
  DatabaseOptions empty() {
    return DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");
  }
}
