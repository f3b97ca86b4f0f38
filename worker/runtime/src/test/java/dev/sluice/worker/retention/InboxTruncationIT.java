package dev.sluice.worker.retention;

import java.sql.SQLException;

class InboxTruncationIT extends InboxTruncationContract {
  @Override
  TruncationFixture open() throws SQLException {
    return TruncationFixture.server();
  }
}
