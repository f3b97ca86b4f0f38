package dev.sluice.worker.retention;

class LongTaskTruncationTest extends LongTaskTruncationContract {
  @Override
  TruncationFixture open() {
    return TruncationFixture.h2();
  }
}
