package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes everything on until a chosen moment has come a number of times; then says so and stands
 * still, to be killed.
 */
final class Standstill implements Broker {
  static final String REACHED = "standing still";

  enum At {
    /** Before a handler's transaction is committed. */
    COMMIT,
    /** Before a task is acknowledged that is no follow-up. */
    ACK,
    /** Before a follow-up is published. */
    FOLLOW_UP,
    /** When a follow-up is confirmed, before its relay hears of it. */
    CONFIRM,
    /** Before a follow-up is acknowledged. */
    FOLLOW_UP_ACK,
    /** Before a chunk of a fan-out is written. */
    WRITE,
    /** When a chunk of a fan-out is written, before its transaction. */
    WRITTEN,
    NEVER
  }

  private final Broker broker;
  private final String followUps;
  private final At at;
  private final AtomicInteger passes;

  /**
   * @param followUps queue of the follow-ups
   * @param passes how often the moment passes before
   */
  Standstill(Broker broker, String followUps, At at, int passes) {
    this.broker = broker;
    this.followUps = broker.topology().queue(followUps);
    this.at = at;
    this.passes = new AtomicInteger(passes);
  }

  private boolean isFollowUps(String queue) {
    return queue.equals(followUps);
  }

  void reach(At moment) {
    if (moment == at && passes.getAndDecrement() <= 0) {
      System.out.println(REACHED);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    if (route instanceof Route.ToQueue to && isFollowUps(to.queue())) {
      reach(At.FOLLOW_UP);
      return broker.publish(route, message).thenRun(() -> reach(At.CONFIRM));
    }
    return broker.publish(route, message);
  }

  @Override
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    return broker.subscribe(
        queue, prefetch, delivery -> listener.onDelivery(new Standing(delivery)));
  }

  @Override
  public Topology topology() {
    return broker.topology();
  }

  @Override
  public void declare(QueueSpec queue) {
    broker.declare(queue);
  }

  @Override
  public Subscription subscribeBroadcast(
      String exchange, String queue, BroadcastListener listener) {
    return broker.subscribeBroadcast(exchange, queue, listener);
  }

  @Override
  public Optional<QueueStats> stats(String queue) {
    return broker.stats(queue);
  }

  @Override
  public int purge(String queue) {
    return broker.purge(queue);
  }

  @Override
  public BrokerHealth health() {
    return broker.health();
  }

  @Override
  public void close() {
    broker.close();
  }

  private final class Standing implements Delivery {
    private final Delivery delivery;

    Standing(Delivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public void ack() {
      reach(isFollowUps(queue()) ? At.FOLLOW_UP_ACK : At.ACK);
      delivery.ack();
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
    public void giveBack() {
      delivery.giveBack();
    }
  }
}
