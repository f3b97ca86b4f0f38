package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.order.OrderRows;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition queue of a worker, which is its active consumer or waits to be. One delivery of a
 * key is under way at a time. What it gives back goes back all at once, by closing the channel:
 * nothing may overtake it.
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
  private final Consumer<Delivery> slots;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * What waits here behind a delivery of its key that is under way, perhaps one of a channel that
   * is gone: its handler may still run. Guarded by itself.
   */
  private final Map<String, Deque<OrderedDelivery>> behind = new HashMap<>();

  /** Deliveries handed out and not settled or left. */
  private final AtomicInteger underWay = new AtomicInteger();

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
      Consumer<Delivery> slots) {
    this.spec = spec;
    this.prefetch = prefetch;
    this.rows = rows;
    this.outboxNudge = outboxNudge;
    this.slots = slots;
  }

  synchronized void open(Broker broker) {
    subscription = broker.subscribe(spec, prefetch, this::arrived);
  }

  boolean consuming() {
    Subscription current = subscription;
    return !ended() && current != null && current.active();
  }

  /** Deliveries that wait behind others of their keys. */
  int waiting() {
    if (ended()) {
      return 0;
    }
    synchronized (behind) {
      return behind.values().stream().mapToInt(Deque::size).sum();
    }
  }

  /** Hands nothing out any more, and closes with the last delivery that is under way. */
  void end() {
    ended.countDown();
    closeIfSettled();
  }

  /** Gives back what is not settled, in order. */
  synchronized void close() {
    ended.countDown();
    Subscription current = subscription;
    subscription = null;
    if (current != null) {
      current.close();
    }
  }

  String name() {
    return spec.name();
  }

  boolean ended() {
    return ended.getCount() == 0;
  }

  /** Whether nothing is left of it. */
  boolean closed() {
    return ended() && subscription == null;
  }

  /** One that was handed out is settled, or left: hands out the next one of its key. */
  void settled(OrderedDelivery delivery) {
    OrderedDelivery next = next(delivery.key().text());
    if (next != null && !ended()) {
      handOut(next);
    }
    underWay.decrementAndGet();
    closeIfSettled();
  }

  void nudgeOutbox() {
    outboxNudge.run();
  }

  /** Another worker consumes the partition: leaves it to that one until the next look. */
  void lost() {
    log.warn(
        "Partition {} was taken over by another worker, while this one's channel is open", name());
    close();
  }

  /** Waits before another try; false when there is to be none. */
  boolean pause(boolean again, Exception failure) {
    if (!again) {
      log.warn("Order keys of {} cannot be written, tasks wait: {}", name(), failure.toString());
    }
    try {
      return !ended.await(DATABASE_AWAY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void closeIfSettled() {
    if (ended() && underWay.get() <= 0) {
      close();
    }
  }

  private void arrived(Delivery delivery) {
    if (ended()) {
      return;
    }
    Tenure current = tenure;
    if (current == null || !current.lasts()) {
      // Deliveries of one channel come from one thread, and those of the next after its end.
      current = new Tenure(this, rows, delivery);
      tenure = current;
    }
    take(current.of(delivery));
  }

  /** Hands a delivery out now, or when the one before it in its key is settled. */
  private void take(OrderedDelivery delivery) {
    synchronized (behind) {
      Deque<OrderedDelivery> waiting = behind.get(delivery.key().text());
      if (waiting != null) {
        waiting.add(delivery);
        return;
      }
      behind.put(delivery.key().text(), new ArrayDeque<>(0));
    }
    handOut(delivery);
  }

  private @Nullable OrderedDelivery next(String key) {
    synchronized (behind) {
      Deque<OrderedDelivery> waiting = behind.get(key);
      OrderedDelivery next = waiting == null ? null : waiting.poll();
      while (next != null && !next.open()) {
        // It comes again, on another channel.
        next = waiting.poll();
      }
      if (next == null) {
        behind.remove(key);
      }
      return next;
    }
  }

  private void handOut(OrderedDelivery delivery) {
    underWay.incrementAndGet();
    slots.accept(delivery);
  }
}
