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

  /** Changes it, 1 to 10,000; what runs goes on. */
  void concurrency(int newConcurrency);
}
