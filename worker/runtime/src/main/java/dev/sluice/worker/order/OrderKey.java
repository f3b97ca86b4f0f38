package dev.sluice.worker.order;

/**
 * An order key of one partition queue.
 *
 * @param partition the queue's name on the broker
 * @param text the key as its producer gave it
 * @param id both, as the database knows them
 */
public record OrderKey(String partition, String text, KeyId id) {

  /** A key. */
  public static OrderKey of(String partition, String text) {
    return new OrderKey(partition, text, KeyId.of(partition, text));
  }
}
