package dev.sluice.worker;

import java.util.concurrent.Semaphore;

/**
 * Lets attempts run side by side, or one of them alone in this worker: a task that may have killed
 * workers must not take others with it.
 *
 * <p>Threading: every method may be called by any thread; the one that leaves need not be the one
 * that entered.
 */
final class RunGate {
  private static final int ALL = Integer.MAX_VALUE;

  // Fair, so that a steady stream of others cannot keep out the one that wants to be alone.
  private final Semaphore permits = new Semaphore(ALL, true);

  void enter(Attempt attempt, boolean alone) throws InterruptedException {
    int wanted = alone ? ALL : 1;
    permits.acquire(wanted);
    attempt.permits().set(wanted);
  }

  /** Leaves; a second call for the same attempt does nothing. */
  void leave(Attempt attempt) {
    int held = attempt.permits().getAndSet(0);
    if (held > 0) {
      permits.release(held);
    }
  }
}
