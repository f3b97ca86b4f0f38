package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the transactions of one database to a number of rows a second: lets them wait in the order
 * in which they came.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class RowCeiling {
  /** Whoever waits looks at least so often whether it still makes sense. */
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

  /** Ends the wait by throwing. */
  @FunctionalInterface
  interface Guard {
    void check() throws NotPermitted;
  }

  private final LongSupplier ticks;
  private final RowBudget budget = new RowBudget();

  /** Held by the one whose turn it is. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean limited;
  private volatile @Nullable SharedRows shared;
  private double ceiling;

  RowCeiling(LongSupplier ticks) {
    this.ticks = ticks;
  }

  /** Changes the ceiling; 0 for none. */
  void set(double rowsPerSecond) {
    lock.lock();
    try {
      ceiling = rowsPerSecond;
      limited = rowsPerSecond > 0;
      apply();
    } finally {
      lock.unlock();
    }
  }

  /** Changes with whom the ceiling is shared; null for nobody. */
  void share(@Nullable SharedRows with) {
    lock.lock();
    try {
      shared = with;
      apply();
    } finally {
      lock.unlock();
    }
  }

  /** Rows a second; 0 for none. */
  double ceiling() {
    lock.lock();
    try {
      return ceiling;
    } finally {
      lock.unlock();
    }
  }

  boolean shared() {
    return shared != null;
  }

  boolean sharedAway() {
    SharedRows others = shared;
    return others != null && others.away();
  }

  /** Permits rows to a transaction; waits for its turn. */
  void take(long rows, long task, Guard guard) throws InterruptedException, NotPermitted {
    if (!limited) {
      taken(rows);
      return;
    }
    turn.lockInterruptibly();
    try {
      while (!permitted(rows, task, guard)) {
        buy(rows);
      }
    } finally {
      turn.unlock();
    }
  }

  /** Waits until nothing is owed. In nobody's way: whoever has its turn may be waiting for us. */
  void awaitBalance(Guard guard) throws InterruptedException, NotPermitted {
    if (!limited) {
      return;
    }
    lock.lockInterruptibly();
    try {
      while (true) {
        guard.check();
        long wait = budget.balanceWait(ticks.getAsLong());
        if (wait == 0) {
          return;
        }
        await(wait);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A transaction has ended that had got leave for {@code paid} rows at {@code since}. */
  void ended(long paid, long written, long since) {
    lock.lock();
    try {
      long now = ticks.getAsLong();
      budget.ended(paid, written, now);
      SharedRows others = shared;
      if (others != null) {
        others.ended(paid, written, now - since);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A transaction that nobody had asked for has written rows. */
  void charge(long rows) {
    if (rows == 0) {
      return;
    }
    lock.lock();
    try {
      long now = ticks.getAsLong();
      budget.charge(rows, now);
      SharedRows others = shared;
      if (others != null) {
        others.ended(0, rows, 0);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has everybody look anew whether waiting still makes sense. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Most rows that are permitted and not ended; {@link Long#MAX_VALUE} without a ceiling. */
  long mostOutstanding(long task) {
    if (!limited) {
      return Long.MAX_VALUE;
    }
    lock.lock();
    try {
      return budget.mostOutstanding(task);
    } finally {
      lock.unlock();
    }
  }

  long outstanding() {
    lock.lock();
    try {
      return budget.outstanding();
    } finally {
      lock.unlock();
    }
  }

  /** Rows written within the last second. */
  long written() {
    lock.lock();
    try {
      return budget.written(ticks.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private void taken(long rows) {
    lock.lock();
    try {
      budget.permit(rows, ticks.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** True when the rows are permitted, false when some must be bought of the others' first. */
  private boolean permitted(long rows, long task, Guard guard)
      throws InterruptedException, NotPermitted {
    lock.lockInterruptibly();
    try {
      while (true) {
        guard.check();
        long now = ticks.getAsLong();
        long wait = limited ? budget.wait(rows, task, now) : 0;
        if (wait == 0) {
          SharedRows others = shared;
          if (others != null && limited && !others.use(rows)) {
            return false;
          }
          budget.permit(rows, now);
          return true;
        }
        await(wait);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Asks the others; not under the lock, for that goes over the network. */
  private void buy(long rows) throws InterruptedException {
    SharedRows others = shared;
    if (others == null) {
      return;
    }
    long wait = others.buy(rows, ceiling());
    lock.lockInterruptibly();
    try {
      apply();
      if (wait > 0) {
        await(wait);
      }
    } finally {
      lock.unlock();
    }
  }

  /** By how many the ceiling is shared may have changed. */
  private void apply() {
    SharedRows others = shared;
    int workers = others == null ? 1 : others.workers();
    // While the others cannot be asked, a share of our own must do.
    boolean alone = others != null && others.away();
    double share = ceiling / workers;
    budget.ceiling(alone ? share : ceiling, share, ticks.getAsLong());
    changed.signalAll();
  }

  private void await(long nanos) throws InterruptedException {
    changed.awaitNanos(Math.min(nanos, LONGEST_WAIT_NANOS));
  }
}
