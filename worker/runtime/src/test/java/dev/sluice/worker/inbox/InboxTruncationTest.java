package dev.sluice.worker.inbox;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import java.util.UUID;

class InboxTruncationTest extends InboxTruncationContract {
  @Override
  Database open() {
    return Database.open(
        DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  }
}
