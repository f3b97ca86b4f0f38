package dev.sluice.broker.rabbit;

import java.time.Duration;

/** Ends threads. */
final class Threads {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private Threads() {}

  /** Waits for a thread that was told to end, then interrupts it. */
  static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(PATIENCE.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
