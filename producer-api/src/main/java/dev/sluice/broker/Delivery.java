package dev.sluice.broker;

import dev.sluice.message.Message;

/**
 * One hand-over of a message. It is settled exactly once; settling it twice throws {@link
 * IllegalStateException}. Settling after its channel is gone does nothing: the broker has taken the
 * message back already.
 */
public interface Delivery {

  Message message();

  /** The queue it came from. */
  String queue();

  /** Whether the broker has handed this message over before. */
  boolean redelivered();

  /**
   * The broker's count of earlier hand-overs that were not acknowledged; 0 when it counts none. The
   * newest RabbitMQ does not count those that were given back, only those whose channel died.
   */
  long deliveryCount();

  /** Whether the channel that it came on is still open. */
  boolean open();

  /** The message is dealt with. */
  void ack();

  /** The message goes back to its queue, at once. Not free: most brokers count it. */
  void giveBack();
}
