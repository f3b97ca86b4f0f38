package dev.sluice.worker.governor;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What bounds the load on one database.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class DatabaseGovernor {
  private final String name;
  private final AtomicInteger running = new AtomicInteger();

  DatabaseGovernor(String name) {
    this.name = name;
  }

  /** The database's name in the configuration. */
  public String name() {
    return name;
  }

  /**
   * Takes leave for a transaction that writes about so many rows; waits for it.
   *
   * @throws NotPermitted when the database takes nothing at the moment
   */
  public RowPermit take(long rows) throws InterruptedException, NotPermitted {
    running.incrementAndGet();
    return new Leave();
  }

  /** How many rows such a transaction has written of late, ours included. */
  public long expectedRows(String type, int tasks) {
    return 2L * tasks;
  }

  /** Something failed with it; errors that are not the database's own fault are ignored. */
  public void failed(Throwable thrown) {}

  private final class Leave implements RowPermit {
    @Override
    public void again(long rows) {}

    @Override
    public void ended(long rows, long nanos) {}

    @Override
    public void close() {
      running.decrementAndGet();
    }
  }
}
