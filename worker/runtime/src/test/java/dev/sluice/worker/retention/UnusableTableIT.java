package dev.sluice.worker.retention;

import java.sql.SQLException;

class UnusableTableIT extends UnusableTableContract {
  @Override
  TruncationFixture open() throws SQLException {
    return TruncationFixture.server();
  }
}
