package dev.sluice.broker.memory;

import dev.sluice.broker.Delivery;
import dev.sluice.broker.memory.MemoryQueue.Stored;
import dev.sluice.message.Message;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One hand-over.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class MemoryDelivery implements Delivery {
  private final InMemoryBroker broker;
  private final MemoryConsumer consumer;
  private final MemoryQueue from;
  private final Stored stored;
  private final Message message;
  private final AtomicBoolean settled = new AtomicBoolean();

  MemoryDelivery(InMemoryBroker broker, MemoryConsumer consumer, MemoryQueue from, Stored stored) {
    this.broker = broker;
    this.consumer = consumer;
    this.from = from;
    this.stored = stored;
    this.message = Copies.delivered(stored.message());
  }

  MemoryConsumer consumer() {
    return consumer;
  }

  MemoryQueue from() {
    return from;
  }

  /** The message as it waits for its next hand-over. */
  Stored again() {
    return new Stored(stored.message(), stored.deliveryCount() + 1, stored.since());
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public String queue() {
    return from.name;
  }

  @Override
  public boolean redelivered() {
    return stored.deliveryCount() > 0;
  }

  @Override
  public long deliveryCount() {
    return stored.deliveryCount();
  }

  @Override
  public boolean open() {
    return broker.locked(() -> consumer.open);
  }

  @Override
  public void ack() {
    settle(false);
  }

  @Override
  public void giveBack() {
    settle(true);
  }

  private void settle(boolean requeue) {
    if (!settled.compareAndSet(false, true)) {
      throw new IllegalStateException("a delivery of queue '" + from.name + "' is settled twice");
    }
    broker.locked(
        () -> {
          consumer.settle(this, requeue);
          return null;
        });
  }
}
