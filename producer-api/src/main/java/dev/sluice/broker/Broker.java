package dev.sluice.broker;

import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What Sluice needs of a message broker. {@code BrokerContract} is the test suite that every
 * implementation passes.
 *
 * <p>Threading: every method may be called by any thread.
 */
public interface Broker extends AutoCloseable {

  /** Names of everything declared on this broker. */
  Topology topology();

  /**
   * Declares a queue and binds it to the delay ladder. A queue that exists with other arguments is
   * used as it is, and that is logged once. Declared queues are declared again after a connection
   * was lost.
   *
   * @throws BrokerException.Unavailable when the broker cannot be reached in time
   */
  void declare(QueueSpec queue);

  /**
   * Publishes a message, persistent and, to a queue, mandatory. The future completes when the
   * broker confirmed that it stored the message; it fails with a {@link BrokerException} that says
   * what is known about the message. While the window of unconfirmed messages is full, or the
   * broker blocks publishers, the call waits for a bounded time, then the future fails with {@link
   * BrokerException.Unavailable}.
   */
  CompletableFuture<Void> publish(Route route, Message message);

  /**
   * Consumes a queue, declaring it first. Survives connection loss, broker restarts, deletion of
   * the queue and cancellation by the broker: the consumer is subscribed anew.
   *
   * @param prefetch how many unsettled deliveries the listener may hold, at least 1
   * @param listener called on the broker's own thread; must hand work over and return at once
   */
  Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener);

  /**
   * Receives every message of a fanout exchange through an exclusive queue of its own. Messages are
   * settled on receipt; those sent while the connection is down are missed.
   *
   * @param exchange declared as Celery declares its own: fanout, not durable
   * @param queue name of the exclusive queue
   */
  Subscription subscribeBroadcast(String exchange, String queue, BroadcastListener listener);

  /** Depth and consumers of a queue; empty when there is no such queue. */
  Optional<QueueStats> stats(String queue);

  /**
   * How long the oldest message of a queue has been in it, some seconds ago; empty when there is no
   * such queue, or nobody knows yet. Asks no server.
   */
  default Optional<Duration> oldestAge(String queue) {
    return Optional.empty();
  }

  /** Whether {@link #oldestAge} is known here: RabbitMQ needs its management API for that. */
  default boolean tellsAges() {
    return false;
  }

  /** Removes every waiting message from a queue; returns how many there were. */
  int purge(String queue);

  /** Whether connections are open and publishing is possible. */
  BrokerHealth health();

  /** Ends every subscription and waits a bounded time for outstanding confirms. */
  @Override
  void close();

  /** Takes deliveries. */
  @FunctionalInterface
  interface DeliveryListener {
    void onDelivery(Delivery delivery);
  }

  /** Takes broadcast messages. */
  @FunctionalInterface
  interface BroadcastListener {
    void onMessage(Message message);

    /** Subscribed, for the first time or anew: what is sent from now on arrives. Must be quick. */
    default void onSubscribed() {}
  }
}
