package dev.sluice.scheduler;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A broker that cannot be reached until told otherwise. */
final class FlakyBroker implements Broker {
  private final Broker real;
  private volatile boolean reachable;

  FlakyBroker(Broker real) {
    this.real = real;
  }

  void comeBack() {
    reachable = true;
  }

  @Override
  public Topology topology() {
    return real.topology();
  }

  @Override
  public void declare(QueueSpec queue) {
    if (!reachable) {
      throw away();
    }
    real.declare(queue);
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    return reachable ? real.publish(route, message) : CompletableFuture.failedFuture(away());
  }

  @Override
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    return real.subscribe(queue, prefetch, listener);
  }

  @Override
  public Subscription subscribeBroadcast(
      String exchange, String queue, BroadcastListener listener) {
    return real.subscribeBroadcast(exchange, queue, listener);
  }

  @Override
  public Optional<QueueStats> stats(String queue) {
    return real.stats(queue);
  }

  @Override
  public int purge(String queue) {
    return real.purge(queue);
  }

  @Override
  public BrokerHealth health() {
    return reachable ? real.health() : new BrokerHealth(false, false, 0, "away");
  }

  @Override
  public void close() {
    real.close();
  }

  private static BrokerException away() {
    return new BrokerException.Unavailable("the broker is away", null);
  }
}
