package dev.sluice.worker.governor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What bounds the load on one database.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class DatabaseGovernor {
  private final String name;
  private final LongSupplier ticks;
  private final RowCeiling ceiling;
  private final ExpectedRows expected = new ExpectedRows();
  private final AtomicInteger running = new AtomicInteger();

  DatabaseGovernor(String name, LongSupplier ticks) {
    this.name = name;
    this.ticks = ticks;
    ceiling = new RowCeiling(ticks);
  }

  /** The database's name in the configuration. */
  public String name() {
    return name;
  }

  /**
   * Sets the ceiling, from now on: the rows that may be inserted, updated and deleted in any one
   * second.
   *
   * @throws IllegalArgumentException when it is 0 or below
   */
  public void ceiling(long rowsPerSecond) {
    if (rowsPerSecond <= 0) {
      throw new IllegalArgumentException(
          "ceiling of database '"
              + name
              + "' must be at least 1 row a second, is "
              + rowsPerSecond
              + "; leave it out for no ceiling, or pause the queue to stop writing");
    }
    ceiling.set(rowsPerSecond, null);
  }

  /** Lifts the ceiling. */
  public void withoutCeiling() {
    ceiling.set(0, null);
  }

  /** Takes leave for a transaction of so many tasks; waits for it. */
  RowPermit take(String type, int tasks) throws InterruptedException, NotPermitted {
    running.incrementAndGet();
    Leave leave = new Leave(type);
    try {
      leave.again(expectedRows(type, tasks));
      return leave;
    } catch (Throwable e) {
      leave.close();
      throw e;
    }
  }

  /** How many rows such a transaction has written of late, ours included. */
  public long expectedRows(String type, int tasks) {
    return expected.of(type, tasks);
  }

  /**
   * How many tasks of a type a batch may have: half of what may be permitted at a time, so that one
   * batch can be written while the next is permitted; one at least.
   *
   * @param configured the most that its handler takes
   */
  public int largestBatch(String type, int configured) {
    double task = expected.perTask(type);
    long rows = ceiling.mostOutstanding((long) Math.ceil(task)) / 2;
    return (int) Math.max(1, Math.min(configured, Math.floor(rows / task)));
  }

  /** Something failed with it; errors that are not the database's own fault are ignored. */
  public void failed(Throwable thrown) {}

  private final class Leave implements RowPermit {
    private final String type;
    private double perTask;
    private long paid;
    private long since;

    private Leave(String type) {
      this.type = type;
    }

    @Override
    public void again(long rows) throws InterruptedException, NotPermitted {
      notBegun();
      perTask = expected.perTask(type);
      ceiling.take(rows, (long) Math.ceil(perTask), () -> {});
      paid = rows;
      since = ticks.getAsLong();
    }

    @Override
    public void ended(long rows, long nanos) {
      if (paid == 0) {
        ceiling.charge(rows);
        return;
      }
      // Of a statement that failed nobody knows how many rows it had written before.
      ceiling.ended(paid, nanos == 0 ? Math.max(rows, paid) : rows, since);
      if (nanos > 0) {
        expected.learn(type, paid / perTask, rows);
      }
      paid = 0;
    }

    @Override
    public void close() {
      notBegun();
      running.decrementAndGet();
    }

    private void notBegun() {
      if (paid > 0) {
        ceiling.ended(paid, 0, since);
        paid = 0;
      }
    }
  }
}
