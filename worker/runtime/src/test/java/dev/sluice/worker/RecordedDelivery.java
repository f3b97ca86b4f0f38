package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.message.Message;
import java.util.Map;

/** A delivery that remembers how it was settled. */
final class RecordedDelivery implements Delivery {
  private final long deliveryCount;
  int acks;
  int returns;
  boolean open = true;

  RecordedDelivery(long deliveryCount) {
    this.deliveryCount = deliveryCount;
  }

  @Override
  public Message message() {
    return new Message(
        "application/json", "utf-8", 0, "id", null, Map.of("x-delivery-count", 1), new byte[0]);
  }

  @Override
  public String queue() {
    return "notes";
  }

  @Override
  public boolean redelivered() {
    return deliveryCount > 0;
  }

  @Override
  public long deliveryCount() {
    return deliveryCount;
  }

  @Override
  public boolean open() {
    return open;
  }

  @Override
  public void ack() {
    acks++;
  }

  @Override
  public void giveBack() {
    returns++;
  }
}
