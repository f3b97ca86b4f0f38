package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Confirms what is published, or fails as its script says. */
final class ScriptedBroker implements Broker {
  final List<Route> published = new ArrayList<>();
  final List<Message> messages = new ArrayList<>();
  final List<String> declared = new ArrayList<>();
  final Deque<BrokerException> failures = new ArrayDeque<>();

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    published.add(route);
    messages.add(message);
    return failures.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failures.remove());
  }

  @Override
  public Topology topology() {
    return Topology.DEFAULT;
  }

  @Override
  public void declare(QueueSpec queue) {
    declared.add(queue.name());
  }

  @Override
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Subscription subscribeBroadcast(
      String exchange, String queue, BroadcastListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<QueueStats> stats(String queue) {
    return Optional.empty();
  }

  @Override
  public int purge(String queue) {
    return 0;
  }

  @Override
  public BrokerHealth health() {
    return new BrokerHealth(true, false, 0, "scripted");
  }

  @Override
  public void close() {}
}
