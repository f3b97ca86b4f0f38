package dev.sluice.worker.retention;

class UnusableTableTest extends UnusableTableContract {
  @Override
  TruncationFixture open() {
    return TruncationFixture.h2();
  }
}
