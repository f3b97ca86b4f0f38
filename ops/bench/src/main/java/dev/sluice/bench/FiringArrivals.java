package dev.sluice.bench;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.message.Headers;
import dev.sluice.topology.QueueSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The tasks of firings that arrived in a queue, where a worker would take them.
 *
 * <p>Threading: safe.
 */
final class FiringArrivals implements AutoCloseable {
  private static final int PREFETCH = 500;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NANOS = 5_000_000;

  private final Map<String, Arrival> arrivals = new ConcurrentHashMap<>();
  private final Subscription subscription;

  /**
   * The arrival of a firing.
   *
   * @param at when its first task did
   * @param tasks the ids of all its tasks: more than one is one too many
   */
  private record Arrival(Instant at, Set<String> tasks) {}

  private FiringArrivals(Broker broker, String queue) {
    QueueSpec spec = QueueSpec.of(broker.topology().queue(queue));
    broker.declare(spec);
    subscription = broker.subscribe(spec, PREFETCH, this::arrived);
  }

  static FiringArrivals from(Broker broker, String queue) {
    return new FiringArrivals(broker, queue);
  }

  /** Waits until all of these have arrived, a minute after {@code last} at most. */
  void await(Set<String> firings, Instant last) {
    long deadline =
        System.nanoTime()
            + Math.max(0, Duration.between(Instant.now(), last).toNanos())
            + PATIENCE_NANOS;
    while (System.nanoTime() < deadline && !arrivals.keySet().containsAll(firings)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** How late these arrived, microseconds. */
  Histogram lateness(Set<String> firings) {
    Histogram lateness = new Histogram(3);
    for (String firing : firings) {
      Arrival arrival = arrivals.get(firing);
      if (arrival != null) {
        Instant due = Instant.parse(firing.substring(firing.indexOf('@') + 1));
        lateness.recordValue(Math.max(0, Duration.between(due, arrival.at()).toNanos() / 1000));
      }
    }
    return lateness;
  }

  /** How many of these did not arrive. */
  long lost(Set<String> firings) {
    return firings.stream().filter(firing -> !arrivals.containsKey(firing)).count();
  }

  /** Tasks beyond one of each firing that arrived, of whatever round. */
  long doubled() {
    return arrivals.values().stream().mapToLong(arrival -> arrival.tasks().size() - 1L).sum();
  }

  @Override
  public void close() {
    subscription.close();
  }

  private void arrived(Delivery delivery) {
    Instant now = Instant.now();
    String firing = String.valueOf(delivery.message().headers().get(Headers.FIRING));
    arrivals
        .computeIfAbsent(firing, first -> new Arrival(now, ConcurrentHashMap.newKeySet()))
        .tasks()
        .add(String.valueOf(delivery.message().correlationId()));
    delivery.ack();
  }
}
