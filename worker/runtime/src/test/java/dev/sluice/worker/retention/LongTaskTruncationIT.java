package dev.sluice.worker.retention;

import java.sql.SQLException;

class LongTaskTruncationIT extends LongTaskTruncationContract {
  @Override
  TruncationFixture open() throws SQLException {
    return TruncationFixture.server();
  }
}
