package dev.sluice.worker.governor;

/**
 * Leave to run transactions against one database, one after the other, until it is closed. Each run
 * pays for its rows: a transaction that is tried again, or a half of a batch that was cut.
 *
 * <p>Threading: for the attempt's thread, but {@link #close} for any.
 */
public interface RowPermit extends Permit {

  /**
   * Pays for another transaction; waits for the ceiling.
   *
   * @throws NotPermitted when the database takes nothing at the moment
   */
  void again(long rows) throws InterruptedException, NotPermitted;

  /**
   * A transaction has ended: what was paid is settled with the rows that it really inserted,
   * updated or deleted, ours included, whether it committed or not.
   *
   * @param nanos from the first statement's start to the commit's end; 0 when it did not commit
   */
  void ended(long rows, long nanos);
}
