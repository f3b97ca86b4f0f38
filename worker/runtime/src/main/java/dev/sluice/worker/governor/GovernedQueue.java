package dev.sluice.worker.governor;

/**
 * A queue that a worker consumes, as far as the governor changes it.
 *
 * <p>Threading: every method may be called by any thread.
 */
public interface GovernedQueue {

  /** Its name on the broker, namespace included. */
  String queue();

  /** Attempts of the queue that may run at a time. */
  int concurrency();

  /**
   * Changes it; what runs goes on.
   *
   * @throws IllegalArgumentException when it is below 1 or above what the queue may hold, its
   *     prefetch
   */
  void concurrency(int newConcurrency);
}
