package dev.sluice.worker.retention;

import java.sql.SQLException;

class RetentionTruncationIT extends RetentionTruncationContract {
  @Override
  TruncationFixture open() throws SQLException {
    return TruncationFixture.server();
  }
}
