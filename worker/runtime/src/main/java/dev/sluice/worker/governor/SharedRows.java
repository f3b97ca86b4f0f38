package dev.sluice.worker.governor;

/**
 * A worker's part of a ceiling that several workers share.
 *
 * <p>Threading: every method may be called by any thread; {@link #buy} by one at a time.
 */
interface SharedRows {

  /** Uses rows that were bought; false when some must be bought first. */
  boolean use(long rows);

  /**
   * Buys rows, so many at least if they are to be had.
   *
   * @param ceiling rows a second of all workers
   * @return nanoseconds after which to try again; 0 when there is something to use
   */
  long buy(long rows, double ceiling);

  /** A transaction has ended, {@code nanos} after it had got leave. */
  void ended(long paid, long written, long nanos);

  /** How many workers share the ceiling, at least 1. */
  int workers();

  /** Whether the others cannot be asked at the moment. */
  boolean away();
}
