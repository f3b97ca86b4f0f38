package dev.sluice.worker.dead;

class DeadTasksTest extends DeadTasksContract {

  @Override
  DeadDatabase open() {
    return DeadDatabase.h2();
  }
}
