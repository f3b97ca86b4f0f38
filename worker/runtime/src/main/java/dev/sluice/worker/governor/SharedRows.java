package dev.sluice.worker.governor;

/**
 * A worker's part of a ceiling that several workers share.
 *
 * <p>Threading: {@link #buy} by the one whose turn it is; everything else under the ceiling's lock.
 */
interface SharedRows {

  /** Uses rows that were bought; false when there are not enough. */
  boolean use(long rows, long now);

  /**
   * Buys rows, so many at least if they are to be had.
   *
   * @return nanoseconds after which to try again; 0 when it is no use to wait
   */
  long buy(long rows);

  /** A transaction has ended; {@code nanos} after it had got leave. */
  void ended(long paid, long written, long nanos, long now);

  /** How many workers share the ceiling, at least 1. */
  int workers();

  /** Whether the others cannot be asked at the moment. */
  boolean away();
}
