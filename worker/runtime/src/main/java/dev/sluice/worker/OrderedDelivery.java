package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.worker.order.OrderKey;
import dev.sluice.worker.order.Turn;
import org.jspecify.annotations.Nullable;

/**
 * A delivery of a task with an order key, the only one of its key that is under way here.
 *
 * <p>Before its task is put off, the task holds its key, so that its successors wait; before it is
 * acknowledged for good, the key goes to the next task. A crash in between brings the delivery
 * back, and each step may be done again. What cannot be written stays unsettled: it comes back when
 * its channel is closed.
 *
 * <p>Threading: as its attempt, one thread at a time.
 */
final class OrderedDelivery implements Delivery {
  private final Delivery delivery;
  private final Tenure tenure;
  private final OrderKey key;
  private final String taskId;
  private boolean forGood;
  private boolean left;

  OrderedDelivery(Delivery delivery, Tenure tenure, OrderKey key) {
    this.delivery = delivery;
    this.tenure = tenure;
    this.key = key;
    taskId = OrderKey.storedId(String.valueOf(delivery.message().headers().get(Headers.ID)));
  }

  /** What to do with a delivery whose task must not run now; null when it may. */
  static @Nullable Settlement outOfTurn(Delivery delivery) {
    return delivery instanceof OrderedDelivery ordered ? ordered.outOfTurn() : null;
  }

  /** Whether a delivery that waits here cannot be given back alone: successors would pass it. */
  static boolean stays(Delivery delivery) {
    return delivery instanceof OrderedDelivery ordered && !ordered.tenure.ended() && ordered.open();
  }

  /** What to do instead of {@code settlement}, after what an order key needs to be done before. */
  static Settlement prepared(Delivery delivery, Settlement settlement) {
    return delivery instanceof OrderedDelivery ordered ? ordered.prepared(settlement) : settlement;
  }

  OrderKey key() {
    return key;
  }

  String taskId() {
    return taskId;
  }

  @Override
  public Message message() {
    return delivery.message();
  }

  @Override
  public String queue() {
    return delivery.queue();
  }

  @Override
  public boolean redelivered() {
    return delivery.redelivered();
  }

  /** Always 0: what is given back must not be published again behind its successors. */
  @Override
  public long deliveryCount() {
    return 0;
  }

  @Override
  public boolean open() {
    return delivery.open();
  }

  @Override
  public void ack() {
    if (!forGood || tenure.passOn(this)) {
      delivery.ack();
    }
    tenure.settled(this);
  }

  @Override
  public void giveBack() {
    if (!left && !tenure.ended() && open()) {
      Turn turn = tenure.hold(this);
      if (turn == Turn.ITS_OWN) {
        delivery.giveBack();
      } else if (turn == Turn.WAITS) {
        delivery.ack();
      }
    }
    tenure.settled(this);
  }

  private @Nullable Settlement outOfTurn() {
    if (!open()) {
      // Whoever consumes the partition now has it, and those before it.
      return leave();
    }
    Turn turn = tenure.turn(this);
    if (turn == Turn.FREE || turn == Turn.ITS_OWN) {
      return null;
    }
    return turn == Turn.WAITS ? new Settlement.HeldBack() : leave();
  }

  private Settlement prepared(Settlement settlement) {
    if (settlement.last()) {
      forGood = true;
      return settlement;
    }
    if (settlement.copies().isEmpty()) {
      return settlement;
    }
    Turn turn = tenure.hold(this);
    if (turn == Turn.ITS_OWN) {
      return settlement;
    }
    return turn == Turn.WAITS ? new Settlement.HeldBack() : leave();
  }

  private Settlement leave() {
    left = true;
    return new Settlement.GivenBack("another worker has its partition, or this one stops");
  }
}
