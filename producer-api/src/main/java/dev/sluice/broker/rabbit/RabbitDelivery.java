package dev.sluice.broker.rabbit;

import dev.sluice.broker.Delivery;
import dev.sluice.message.Message;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One hand-over; keeps the channel that it came on, since tags start at 1 again on the next.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class RabbitDelivery implements Delivery {
  private static final AtomicIntegerFieldUpdater<RabbitDelivery> SETTLED =
      AtomicIntegerFieldUpdater.newUpdater(RabbitDelivery.class, "settled");
  private static final String DELIVERY_COUNT = "x-delivery-count";

  private final ConsumerChannel channel;
  private final long tag;
  private final boolean redelivered;
  private final Message message;
  private volatile int settled;

  RabbitDelivery(ConsumerChannel channel, long tag, boolean redelivered, Message message) {
    this.channel = channel;
    this.tag = tag;
    this.redelivered = redelivered;
    this.message = message;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public String queue() {
    return channel.queue();
  }

  @Override
  public boolean redelivered() {
    return redelivered;
  }

  @Override
  public long deliveryCount() {
    return message.headers().get(DELIVERY_COUNT) instanceof Number count ? count.longValue() : 0;
  }

  @Override
  public boolean open() {
    return channel.isOpen();
  }

  @Override
  public void ack() {
    settle();
    channel.ack(tag);
  }

  @Override
  public void giveBack() {
    settle();
    channel.giveBack(tag);
  }

  private void settle() {
    if (!SETTLED.compareAndSet(this, 0, 1)) {
      throw new IllegalStateException("a delivery of queue '" + queue() + "' is settled twice");
    }
  }
}
