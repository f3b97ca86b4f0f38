package dev.sluice.testkit;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Passes everything on and remembers what is sent to the dead queue. */
final class RecordingBroker implements Broker {
  private final Broker broker;
  private final List<DeadTask> dead = new CopyOnWriteArrayList<>();

  private final AtomicLong published = new AtomicLong();

  RecordingBroker(Broker broker) {
    this.broker = broker;
  }

  List<DeadTask> dead() {
    return List.copyOf(dead);
  }

  /** How many messages were published, or are about to be. */
  long published() {
    return published.get();
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    published.incrementAndGet();
    CompletableFuture<Void> confirmed = broker.publish(route, message);
    boolean toDeadQueue =
        route instanceof Route.ToQueue to && to.queue().equals(topology().deadQueue());
    if (!toDeadQueue) {
      return confirmed;
    }
    return confirmed.thenRun(() -> dead.add(DeadTask.of(message)));
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
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    return broker.subscribe(queue, prefetch, listener);
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
}
