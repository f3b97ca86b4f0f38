package dev.sluice.worker.retention;

class RetentionTruncationTest extends RetentionTruncationContract {
  @Override
  TruncationFixture open() {
    return TruncationFixture.h2();
  }
}
