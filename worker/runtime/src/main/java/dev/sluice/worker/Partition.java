package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.order.OrderRows;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition queue of a worker, which is its active consumer or waits to be. What it gives back
 * goes back all at once, by closing the channel: nothing may overtake it.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Partition {
  private static final Logger log = LoggerFactory.getLogger(Partition.class);
  private static final Duration DATABASE_AWAY = Duration.ofSeconds(1);

  private final QueueSpec spec;
  private final int prefetch;
  private final OrderRows rows;
  private final Runnable outboxNudge;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Broker broker;
  private final Consumer<Delivery> slots;
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable Tenure tenure;

  /**
   * A partition.
   *
   * @param outboxNudge wakes what publishes a task whose turn has come
   * @param slots where deliveries run
   */
  Partition(
      QueueSpec spec,
      int prefetch,
      OrderRows rows,
      Runnable outboxNudge,
      Broker broker,
      Consumer<Delivery> slots) {
    this.spec = spec;
    this.prefetch = prefetch;
    this.rows = rows;
    this.outboxNudge = outboxNudge;
    this.broker = broker;
    this.slots = slots;
  }

  synchronized void start() {
    if (!stopping()) {
      subscription = broker.subscribe(spec, prefetch, this::arrived);
    }
  }

  boolean consuming() {
    Subscription current = subscription;
    return current != null && current.active();
  }

  /** Deliveries that wait behind others of their keys. */
  int waiting() {
    Tenure current = tenure;
    return current == null ? 0 : current.waiting();
  }

  /** Hands nothing out any more; what runs may be settled until the close. */
  void stopTaking() {
    stopping.countDown();
  }

  /** Gives back what is not settled, in order. */
  synchronized void close() {
    stopTaking();
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
  }

  String name() {
    return spec.name();
  }

  boolean stopping() {
    return stopping.getCount() == 0;
  }

  void handOut(Delivery delivery) {
    slots.accept(delivery);
  }

  void nudgeOutbox() {
    outboxNudge.run();
  }

  /** Another worker consumes the partition: queues up behind it. */
  void lost(Tenure ended) {
    log.warn(
        "Partition {} was taken over by another worker, while this one's channel is open", name());
    synchronized (this) {
      Subscription current = subscription;
      if (tenure == ended && current != null && !stopping()) {
        tenure = null;
        current.close();
        subscription = broker.subscribe(spec, prefetch, this::arrived);
      }
    }
  }

  /** Waits before another try; false when there is to be none. */
  boolean pause(boolean again, Exception failure) {
    if (!again) {
      log.warn("Order keys of {} cannot be written, tasks wait: {}", name(), failure.toString());
    }
    try {
      return !stopping.await(DATABASE_AWAY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void arrived(Delivery delivery) {
    if (stopping()) {
      return;
    }
    Tenure current = tenure;
    if (current == null || !current.lasts()) {
      // Deliveries of one channel come from one thread, and those of the next after its end.
      current = new Tenure(this, rows, delivery);
      tenure = current;
    }
    current.arrived(delivery);
  }
}
