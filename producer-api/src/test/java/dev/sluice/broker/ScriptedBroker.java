package dev.sluice.broker;

import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A broker that answers each publish as a test says, and remembers everything. */
public final class ScriptedBroker implements Broker {
  /** A publish. */
  public record Sent(Route route, Message message) {}

  public static final BiFunction<Route, Message, CompletableFuture<Void>> CONFIRM =
      (route, message) -> CompletableFuture.completedFuture(null);

  private final Topology topology;
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final List<QueueSpec> declared = new CopyOnWriteArrayList<>();
  private volatile BiFunction<Route, Message, CompletableFuture<Void>> script = CONFIRM;
  private volatile Optional<QueueStats> stats = Optional.empty();
  private volatile Optional<Duration> oldest = Optional.empty();

  public ScriptedBroker(Topology topology) {
    this.topology = topology;
  }

  public void answer(BiFunction<Route, Message, CompletableFuture<Void>> answer) {
    script = answer;
  }

  /** Lets every queue hold so many messages. */
  public void holds(long ready) {
    stats = Optional.of(new QueueStats(ready, 0));
  }

  /** Lets the oldest message of every queue be that old; null for an age that nobody knows. */
  public void oldest(@Nullable Duration age) {
    oldest = Optional.ofNullable(age);
  }

  public List<Sent> sent() {
    return sent;
  }

  public List<String> sentIds() {
    return sent.stream().map(s -> String.valueOf(s.message().correlationId())).toList();
  }

  public List<QueueSpec> declared() {
    return declared;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public void declare(QueueSpec queue) {
    declared.add(queue);
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    sent.add(new Sent(route, message));
    return script.apply(route, message);
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
    return stats;
  }

  @Override
  public Optional<Duration> oldestAge(String queue) {
    return oldest;
  }

  @Override
  public boolean tellsAges() {
    return true;
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
