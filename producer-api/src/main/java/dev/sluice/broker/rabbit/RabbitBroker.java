package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerHealth;
import dev.sluice.broker.CeleryQueueNames;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.Route;
import dev.sluice.broker.Subscription;
import dev.sluice.loop.LoopRunner;
import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ, from 3.10 on.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class RabbitBroker implements Broker {
  private static final int LARGEST_PREFETCH = 65_535;

  /** What waits too long is found so often within its time limit. */
  private static final int SWEEPS = 10;

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final RabbitOptions options;
  private final Declarations declarations;
  private final Supervisor supervisor;
  private final @Nullable ManagementAges ages;
  private final @Nullable LoopRunner aging;
  private final CeleryQueueNames celeryNames = new CeleryQueueNames();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sluice-rabbit-timer");
            thread.setDaemon(true);
            return thread;
          });

  private RabbitBroker(RabbitOptions options) {
    this.options = options;
    declarations = new Declarations(options.topology());
    supervisor = new Supervisor(options, declarations);
    ManagementUrl management = options.management();
    ages = management == null ? null : new ManagementAges(management);
    aging = ages == null ? null : LoopRunner.start("rabbit-ages", ages);
  }

  /**
   * Returns at once and connects in the background, again and again, until it is closed; {@link
   * #health} tells.
   *
   * @throws IllegalArgumentException when the URL cannot be used
   */
  public static RabbitBroker open(RabbitOptions options) {
    RabbitBroker broker = new RabbitBroker(options);
    long sweep =
        Math.max(
            1,
            Math.min(options.blockedTimeout().toMillis(), options.confirmTimeout().toMillis())
                / SWEEPS);
    broker.timer.scheduleWithFixedDelay(
        () -> broker.supervisor.publisher().sweep(System.nanoTime()),
        sweep,
        sweep,
        TimeUnit.MILLISECONDS);
    broker.supervisor.start();
    return broker;
  }

  @Override
  public Topology topology() {
    return options.topology();
  }

  @Override
  public void declare(QueueSpec queue) {
    celeryNames.add(queue);
    supervisor.declare(queue);
  }

  @Override
  public CompletableFuture<Void> publish(Route route, Message message) {
    Message clean = message.withoutBrokerHeaders();
    if (route instanceof Route.ToQueue to) {
      return publish("", to.queue(), clean, true);
    }
    if (route instanceof Route.ToExchange to) {
      return publish(to.exchange(), to.routingKey(), clean, false);
    }
    Route.Delayed delayed = (Route.Delayed) route;
    long seconds = DelayLadder.secondsUntil(delayed.eta(), options.clock().instant());
    if (seconds == 0) {
      return publish("", delayed.queue(), clean, true);
    }
    return publish(
        options.topology().delayLevel(DelayLadder.entryLevel(seconds)),
        DelayLadder.routingKey(seconds, delayed.queue()),
        clean.withHeaders(Map.of(Headers.WAITED, IsoTime.format(delayed.eta()))),
        true);
  }

  @Override
  public Subscription subscribe(QueueSpec queue, int prefetch, DeliveryListener listener) {
    if (prefetch < 1 || prefetch > LARGEST_PREFETCH) {
      throw new IllegalArgumentException(
          "prefetch must be 1 to " + LARGEST_PREFETCH + ", is " + prefetch);
    }
    celeryNames.add(queue);
    return keep(new QueueSubscription(queue, prefetch, listener, declarations, timer, supervisor));
  }

  @Override
  public Subscription subscribeBroadcast(
      String exchange, String queue, BroadcastListener listener) {
    return keep(new BroadcastSubscription(exchange, queue, listener, declarations, supervisor));
  }

  @Override
  public Optional<QueueStats> stats(String queue) {
    return supervisor.onConnection(connection -> Queues.stats(connection, queue));
  }

  @Override
  public Optional<Duration> oldestAge(String queue) {
    return ages == null ? Optional.empty() : ages.oldest(queue);
  }

  @Override
  public boolean tellsAges() {
    return ages != null;
  }

  @Override
  public int purge(String queue) {
    return supervisor.onConnection(connection -> Queues.purge(connection, queue));
  }

  @Override
  public BrokerHealth health() {
    Publisher publisher = supervisor.publisher();
    return new BrokerHealth(
        supervisor.isConnected(),
        publisher.isBlocked(),
        publisher.unconfirmed(),
        supervisor.detail());
  }

  @Override
  public void close() {
    supervisor.subscriptions().forEach(Subscription::close);
    supervisor.publisher().drain(CLOSE_PATIENCE.toNanos());
    supervisor.close();
    if (aging != null) {
      aging.close();
    }
    timer.shutdownNow();
  }

  private Subscription keep(Consuming subscription) {
    supervisor.keep(subscription);
    return subscription;
  }

  private CompletableFuture<Void> publish(
      String exchange, String key, Message message, boolean mandatory) {
    BasicProperties properties = AmqpMessages.properties(message);
    return supervisor
        .publisher()
        .publish(
            new Pending(exchange, key, properties, message.body(), mandatory, System.nanoTime()));
  }
}
