package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a queue and the deliveries that came through it. Once it has ended, it is
 * closed with the last of them settled: before that the channel is needed to settle them.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Intake {
  private final int prefetch;
  private final Consumer<Delivery> next;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong acked = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Subscription subscription;
  private volatile boolean ended;

  private Intake(int prefetch, Consumer<Delivery> next) {
    this.prefetch = prefetch;
    this.next = next;
  }

  /** Subscribes; deliveries go to {@code next}. */
  static Intake open(Broker broker, QueueSpec queue, int prefetch, Consumer<Delivery> next) {
    Intake intake = new Intake(prefetch, next);
    intake.subscription = broker.subscribe(queue, prefetch, intake::arrived);
    return intake;
  }

  int prefetch() {
    return prefetch;
  }

  boolean active() {
    Subscription current = subscription;
    return !ended && current != null && current.active();
  }

  /** Deliveries handed over and not settled. */
  int held() {
    return held.get();
  }

  /** Deliveries that were dealt with. */
  long acked() {
    return acked.get();
  }

  boolean closed() {
    return closed.get();
  }

  /** Takes nothing more; returns when no further delivery can arrive. */
  void end() {
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    ended = true;
    closeIfSettled();
  }

  /** Ends at once: what is not settled goes back to the queue. */
  void close() {
    Subscription current = subscription;
    if (closed.compareAndSet(false, true) && current != null) {
      current.close();
    }
  }

  private void arrived(Delivery delivery) {
    held.incrementAndGet();
    next.accept(new Held(delivery));
  }

  private void settled() {
    held.decrementAndGet();
    closeIfSettled();
  }

  private void closeIfSettled() {
    if (ended && held.get() == 0) {
      close();
    }
  }

  /** A delivery that counts itself off when it is settled. */
  private final class Held implements Delivery {
    private final Delivery delivery;

    private Held(Delivery delivery) {
      this.delivery = delivery;
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

    @Override
    public long deliveryCount() {
      return delivery.deliveryCount();
    }

    @Override
    public boolean open() {
      return delivery.open();
    }

    @Override
    public void ack() {
      delivery.ack();
      acked.incrementAndGet();
      settled();
    }

    @Override
    public void giveBack() {
      delivery.giveBack();
      settled();
    }
  }
}
