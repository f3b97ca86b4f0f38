package dev.sluice.broker;

/** A consumer on one queue. */
public interface Subscription extends AutoCloseable {

  /** Whether the broker is delivering to this consumer right now. */
  boolean active();

  /**
   * Stops new deliveries, for good. Those already handed over stay valid and can be settled.
   * Returns when no further delivery can arrive.
   */
  void cancel();

  /** Cancels, and gives every delivery that is not settled back to the queue. */
  @Override
  void close();
}
