package dev.sluice.worker.retention;

class InboxTruncationTest extends InboxTruncationContract {
  @Override
  TruncationFixture open() {
    return TruncationFixture.h2();
  }
}
