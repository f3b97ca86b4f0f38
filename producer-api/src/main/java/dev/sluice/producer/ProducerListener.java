package dev.sluice.producer;

/**
 * Hears what becomes of tasks; logging and metrics are listeners. Called by the broker's threads:
 * must return at once and not throw.
 */
public interface ProducerListener {

  /** Hears nothing. */
  ProducerListener NONE = new ProducerListener() {};

  /**
   * The broker confirmed a new task.
   *
   * @param nanos time from the call until then
   */
  default void enqueued(NewTask task, long nanos) {}

  /** A task was not accepted, or its outcome is unknown. */
  default void failed(NewTask task, EnqueueException cause) {}
}
