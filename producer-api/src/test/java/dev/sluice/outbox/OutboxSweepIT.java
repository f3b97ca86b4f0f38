package dev.sluice.outbox;

import dev.sluice.database.DatabaseOptions;
import java.sql.SQLException;

class OutboxSweepIT extends OutboxSweepContract {

  @Override
  DatabaseOptions empty() throws SQLException {
    return OutboxIT.newDatabase();
  }
}
