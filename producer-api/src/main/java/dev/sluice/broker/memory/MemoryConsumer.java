package dev.sluice.broker.memory;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Subscription;
import dev.sluice.broker.memory.MemoryQueue.Stored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A consumer and what it holds unsettled; stands for a channel.
 *
 * <p>Threading: every method of {@link Subscription} may be called by any thread; everything else
 * is guarded by the broker's lock.
 */
final class MemoryConsumer implements Subscription {
  final Broker.DeliveryListener listener;
  MemoryQueue queue;
  boolean open = true;

  private final InMemoryBroker broker;
  private final int prefetch;
  private final Set<MemoryDelivery> unsettled = new LinkedHashSet<>();
  private boolean consuming = true;

  MemoryConsumer(
      InMemoryBroker broker, MemoryQueue queue, int prefetch, Broker.DeliveryListener listener) {
    this.broker = broker;
    this.queue = queue;
    this.prefetch = prefetch;
    this.listener = listener;
  }

  boolean hasRoom() {
    return unsettled.size() < prefetch;
  }

  /** Whether it holds anything unsettled, or anything waits for it. */
  boolean hasWork() {
    return !unsettled.isEmpty() || consuming && !queue.ready.isEmpty();
  }

  MemoryDelivery take(Stored stored) {
    MemoryDelivery delivery = new MemoryDelivery(broker, this, queue, stored);
    unsettled.add(delivery);
    return delivery;
  }

  /** Ends one delivery; does nothing when the channel is closed. */
  void settle(MemoryDelivery delivery, boolean requeue) {
    if (unsettled.remove(delivery)) {
      if (requeue) {
        requeue(List.of(delivery));
      }
      broker.look(queue);
    }
  }

  @Override
  public boolean active() {
    return broker.locked(() -> consuming);
  }

  @Override
  public void cancel() {
    broker.locked(
        () -> {
          leave();
          broker.awaitDispatched(this);
          return null;
        });
  }

  @Override
  public void close() {
    broker.locked(
        () -> {
          leave();
          open = false;
          requeue(new ArrayList<>(unsettled));
          unsettled.clear();
          broker.ended(this);
          // Not before the requeue: to wait is to let others at the queue.
          broker.awaitDispatched(this);
          return null;
        });
  }

  private void leave() {
    consuming = false;
    queue.consumers.remove(this);
    // Another one may be the active one now.
    broker.look(queue);
  }

  private void requeue(List<MemoryDelivery> deliveries) {
    List<MemoryDelivery> lastFirst = new ArrayList<>(deliveries);
    Collections.reverse(lastFirst);
    for (MemoryDelivery delivery : lastFirst) {
      MemoryQueue from = delivery.from();
      if (!from.deleted) {
        from.ready.addFirst(delivery.again());
        broker.look(from);
      }
    }
  }
}
