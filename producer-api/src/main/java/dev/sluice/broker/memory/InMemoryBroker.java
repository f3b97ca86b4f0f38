package dev.sluice.broker.memory;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.CeleryQueueNames;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.broker.memory.MemoryQueue.Stored;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in memory that keeps {@link Broker}'s contract; deliveries come from one thread.
 *
 * <p>Threading: every method may be called by any thread; one lock guards all state, listeners are
 * called without it.
 */
public final class InMemoryBroker implements Broker {
  /** How long a publisher waits while the broker is blocked. */
  public static final Duration BLOCKED_TIMEOUT = Duration.ofMillis(500);

  private static final Logger log = LoggerFactory.getLogger(InMemoryBroker.class);
  private static final CompletableFuture<Void> CONFIRMED = CompletableFuture.completedFuture(null);

  private final Topology topology;
  private final InstantSource clock;
  private final boolean realTime;
  private final MemoryLadder ladder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition dispatched = lock.newCondition();
  private final Condition unblocked = lock.newCondition();
  private final Map<String, MemoryQueue> queues = new HashMap<>();
  private final Map<String, List<MemoryQueue>> fanouts = new HashMap<>();
  private final List<MemoryConsumer> consumers = new ArrayList<>();
  private final Deque<MemoryQueue> toLookAt = new ArrayDeque<>();
  private final CeleryQueueNames celeryNames = new CeleryQueueNames();
  private final Thread dispatcher = new Thread(this::dispatch, "sluice-memory-broker");
  private @Nullable MemoryConsumer dispatching;
  private boolean blocked;
  private boolean losingConfirms;
  private boolean closed;

  private InMemoryBroker(Topology topology, InstantSource clock, boolean realTime) {
    this.topology = topology;
    this.clock = clock;
    this.realTime = realTime;
    ladder = new MemoryLadder(topology);
    queues.put(topology.unrouted(), new MemoryQueue(QueueSpec.of(topology.unrouted())));
    dispatcher.setDaemon(true);
    dispatcher.start();
  }

  /** A broker whose delays end by themselves. */
  public static InMemoryBroker open(Topology topology) {
    return new InMemoryBroker(topology, InstantSource.system(), true);
  }

  /** A broker whose delays end when {@link #deliverDue} is called, by {@code clock}. */
  public static InMemoryBroker manual(Topology topology, InstantSource clock) {
    return new InMemoryBroker(topology, clock, false);
  }

  /** Moves every delayed message that is due to its queue. */
  public void deliverDue() {
    locked(
        () -> {
          moveDue();
          return null;
        });
  }

  /** When the next delayed message is due. */
  public Optional<Instant> nextDue() {
    return locked(() -> Optional.ofNullable(ladder.nextDue()));
  }

  /** Whether every message of every queue that is consumed has been handed over and settled. */
  public boolean quiescent() {
    return locked(() -> consumers.stream().noneMatch(MemoryConsumer::hasWork));
  }

  /** Stops publishers, as a broker does that is short of memory. */
  public void block() {
    locked(() -> blocked = true);
  }

  /** Lets publishers go on. */
  public void unblock() {
    locked(
        () -> {
          blocked = false;
          unblocked.signalAll();
          return null;
        });
  }

  /**
   * Whether publishers shall hear of no confirm from now on, as when a connection breaks: the
   * messages are stored all the same.
   */
  public void loseConfirms(boolean lose) {
    locked(() -> losingConfirms = lose);
  }

  /** Deletes a queue with its messages. One that is consumed is declared again, empty. */
  public void deleteQueue(String name) {
    locked(
        () -> {
          MemoryQueue old = queues.remove(name);
          if (old != null) {
            old.deleted = true;
            old.ready.clear();
            for (MemoryConsumer consumer : old.consumers) {
              MemoryQueue fresh = queues.computeIfAbsent(name, again -> old.empty());
              fresh.consumers.add(consumer);
              consumer.queue = fresh;
            }
          }
          return null;
        });
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public void declare(QueueSpec queue) {
    celeryNames.add(queue);
    locked(() -> declared(queue));
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    Message stored = Copies.published(message.withoutBrokerHeaders());
    lock.lock();
    try {
      checkOpen();
      awaitUnblocked();
      if (route instanceof Route.ToQueue to) {
        toQueue(to.queue(), stored);
      } else if (route instanceof Route.Delayed delayed) {
        delay(delayed, stored);
      } else if (route instanceof Route.ToExchange to) {
        toExchange(to, stored);
      }
      return losingConfirms ? unknown() : CONFIRMED.copy();
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    if (prefetch < 1) {
      throw new IllegalArgumentException("prefetch must be at least 1, is " + prefetch);
    }
    celeryNames.add(queue);
    return locked(() -> consume(declared(queue), prefetch, listener));
  }

  @Override
  public Subscription subscribeBroadcast(
      String exchange, String queue, BroadcastListener listener) {
    return locked(
        () -> {
          checkOpen();
          MemoryQueue own = new MemoryQueue(QueueSpec.of(queue));
          fanouts.computeIfAbsent(exchange, name -> new ArrayList<>()).add(own);
          listener.onSubscribed();
          return consume(
              own,
              Integer.MAX_VALUE,
              delivery -> {
                delivery.ack();
                listener.onMessage(delivery.message());
              });
        });
  }

  @Override
  public Optional<QueueStats> stats(String queue) {
    return locked(
        () ->
            Optional.ofNullable(queues.get(queue))
                .map(found -> new QueueStats(found.ready.size(), found.consumers.size())));
  }

  @Override
  public Optional<Duration> oldestAge(String queue) {
    return locked(
        () ->
            Optional.ofNullable(queues.get(queue))
                .map(found -> found.ready.peek())
                .map(oldest -> Duration.between(oldest.since(), clock.instant())));
  }

  @Override
  public boolean tellsAges() {
    return true;
  }

  @Override
  public int purge(String queue) {
    return locked(
        () -> {
          MemoryQueue found = queues.get(queue);
          int messages = found == null ? 0 : found.ready.size();
          if (found != null) {
            found.ready.clear();
          }
          return messages;
        });
  }

  @Override
  public BrokerHealth health() {
    return locked(
        () -> new BrokerHealth(!closed, blocked, 0, closed ? "closed" : "broker in memory"));
  }

  @Override
  public void close() {
    for (MemoryConsumer consumer : locked(() -> List.copyOf(consumers))) {
      consumer.close();
    }
    locked(
        () -> {
          closed = true;
          work.signalAll();
          unblocked.signalAll();
          return null;
        });
    try {
      if (Thread.currentThread() != dispatcher) {
        dispatcher.join(TimeUnit.SECONDS.toMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that a queue has something to hand over, or room to. */
  void look(MemoryQueue queue) {
    if (!queue.listed && !queue.ready.isEmpty()) {
      queue.listed = true;
      toLookAt.add(queue);
      work.signal();
    }
  }

  /** Waits until no delivery to {@code consumer} is on its way. */
  void awaitDispatched(MemoryConsumer consumer) {
    while (dispatching == consumer && Thread.currentThread() != dispatcher) {
      dispatched.awaitUninterruptibly();
    }
  }

  void ended(MemoryConsumer consumer) {
    consumers.remove(consumer);
    fanouts.values().forEach(bound -> bound.remove(consumer.queue));
  }

  private MemoryQueue declared(QueueSpec queue) {
    checkOpen();
    return queues.computeIfAbsent(queue.name(), name -> new MemoryQueue(queue));
  }

  private MemoryConsumer consume(MemoryQueue queue, int prefetch, DeliveryListener listener) {
    MemoryConsumer consumer = new MemoryConsumer(this, queue, prefetch, listener);
    queue.consumers.add(consumer);
    consumers.add(consumer);
    look(queue);
    return consumer;
  }

  private void checkOpen() {
    if (closed) {
      throw new BrokerException.Unavailable("the broker in memory is closed", null);
    }
  }

  private void awaitUnblocked() {
    long left = BLOCKED_TIMEOUT.toNanos();
    try {
      while (blocked && left > 0) {
        left = unblocked.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (blocked) {
      throw new BrokerException.Unavailable("the broker in memory blocks publishers", null);
    }
    checkOpen();
  }

  private static CompletableFuture<Void> unknown() {
    return CompletableFuture.failedFuture(
        new BrokerException.Unknown("the broker in memory lost the confirm", null));
  }

  private void toQueue(String name, Message message) {
    MemoryQueue queue = queues.get(name);
    if (queue == null) {
      throw new BrokerException.Unroutable(
          "there is no queue '" + name + "'; declare it, or start the worker that consumes it");
    }
    add(queue, message);
  }

  private void delay(Route.Delayed route, Message message) {
    Instant now = clock.instant();
    long seconds = DelayLadder.secondsUntil(route.eta(), now);
    if (seconds == 0) {
      toQueue(route.queue(), message);
      return;
    }
    ladder.add(route.queue(), route.eta(), seconds, now, message);
    work.signal();
  }

  private void toExchange(Route.ToExchange route, Message message) {
    if (route.exchange().isEmpty() && queues.containsKey(route.routingKey())) {
      toQueue(route.routingKey(), message);
    }
    for (MemoryQueue queue : fanouts.getOrDefault(route.exchange(), List.of())) {
      add(queue, message);
    }
  }

  private void add(MemoryQueue queue, Message message) {
    queue.ready.add(new Stored(message, 0, clock.instant()));
    look(queue);
  }

  private void moveDue() {
    Instant now = clock.instant();
    for (MemoryLadder.Waiting next; (next = ladder.takeDue(now)) != null; ) {
      if (queues.containsKey(next.queue())) {
        toQueue(next.queue(), next.message());
      } else {
        toQueue(topology.unrouted(), ladder.unrouted(next));
      }
    }
  }

  private void dispatch() {
    for (MemoryDelivery delivery; (delivery = next()) != null; ) {
      try {
        delivery.consumer().listener.onDelivery(delivery);
      } catch (RuntimeException e) {
        log.error("The listener of queue {} failed", delivery.queue(), e);
      }
    }
  }

  /** Waits for the next hand-over; null when the broker is closed. */
  private @Nullable MemoryDelivery next() {
    lock.lock();
    try {
      dispatching = null;
      dispatched.signalAll();
      while (!closed) {
        if (realTime) {
          moveDue();
        }
        for (MemoryQueue queue; (queue = toLookAt.poll()) != null; ) {
          queue.listed = false;
          MemoryDelivery delivery = queue.next();
          if (delivery != null) {
            look(queue);
            dispatching = delivery.consumer();
            return delivery;
          }
        }
        Instant due = realTime ? ladder.nextDue() : null;
        if (due == null) {
          work.await();
        } else {
          work.awaitNanos(Duration.between(clock.instant(), due).toNanos());
        }
      }
      return null;
    } catch (InterruptedException e) {
      return null;
    } finally {
      lock.unlock();
    }
  }
}
