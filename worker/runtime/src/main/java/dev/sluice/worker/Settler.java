package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.broker.Route;

/**
 * Carries out a {@link Settlement}; the only class that answers deliveries. Every copy is confirmed
 * by the broker before the original is acknowledged, so that a crash in between leaves two copies
 * and never none.
 *
 * <p>Threading: stateless.
 */
final class Settler {
  private final CopyPublisher copies;
  private final long fewestHandOvers;

  /**
   * A settler.
   *
   * @param fewestHandOvers from this delivery count on, giving back is a confirmed copy at the tail
   */
  Settler(CopyPublisher copies, long fewestHandOvers) {
    this.copies = copies;
    this.fewestHandOvers = fewestHandOvers;
  }

  /**
   * Answers the delivery, once.
   *
   * @return what was done: {@code settlement}, or that the delivery was given back because its
   *     copies could not be confirmed or the broker has taken it back
   */
  Settlement settle(Delivery delivery, Settlement settlement) {
    if (settlement instanceof Settlement.GivenBack) {
      giveBack(delivery);
      return settlement;
    }
    boolean moved = !(settlement instanceof Settlement.Completed);
    if (moved && !settlement.copies().isEmpty() && !delivery.open()) {
      // The original comes again: a copy beside it would be a second task.
      delivery.giveBack();
      return new Settlement.GivenBack("the broker has taken it back");
    }
    String failure = copies.publish(delivery, settlement.copies());
    if (failure == null) {
      delivery.ack();
      return settlement;
    }
    giveBack(delivery);
    return new Settlement.GivenBack(failure);
  }

  /**
   * Back to the queue. The broker counts hand-overs; before the count can matter, a copy at the
   * tail starts it anew.
   */
  private void giveBack(Delivery delivery) {
    if (delivery.deliveryCount() >= fewestHandOvers && delivery.open()) {
      // A thread that was interrupted could not wait for the confirm.
      boolean interrupted = Thread.interrupted();
      try {
        Settlement.Copy copy =
            new Settlement.Copy(
                new Route.ToQueue(delivery.queue()), delivery.message().withoutBrokerHeaders());
        if (copies.publishOnce(copy)) {
          delivery.ack();
          return;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
    delivery.giveBack();
  }
}
