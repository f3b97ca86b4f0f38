package dev.sluice.worker.governor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Lets so many attempts at a time work on one database, the others wait in the order in which they
 * came. The limit may change at any time.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class ConcurrencyGate {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final IntSupplier limit;

  /** Held by the one whose turn it is. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int running;

  ConcurrencyGate(IntSupplier limit) {
    this.limit = limit;
  }

  void enter(RowCeiling.Guard guard) throws InterruptedException, NotPermitted {
    turn.lockInterruptibly();
    try {
      lock.lockInterruptibly();
      try {
        guard.check();
        while (running >= limit.getAsInt()) {
          changed.awaitNanos(LOOK_NANOS);
          guard.check();
        }
        running++;
      } finally {
        lock.unlock();
      }
    } finally {
      turn.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      running--;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Has everybody look anew. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }
}
