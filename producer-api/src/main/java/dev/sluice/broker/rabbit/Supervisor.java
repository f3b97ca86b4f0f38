package dev.sluice.broker.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.rabbit.Connector.Opened;
import dev.sluice.loop.Loop;
import dev.sluice.loop.LoopRunner;
import dev.sluice.topology.QueueSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two connections open, one to publish and one for everything else, declares again what was
 * declared, and keeps every subscription alive.
 *
 * <p>Threading: {@link #runOnce} belongs to its own thread; every other method may be called by any
 * thread.
 */
final class Supervisor implements Loop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final Duration WATCH = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LOGIN_PAUSE = Duration.ofSeconds(30);
  private static final int CLOSE_MILLIS = 3_000;

  private final RabbitOptions options;
  private final Connector connector;
  private final Declarations declarations;
  private final Publisher publisher;
  private final Outage outage;
  private final Set<QueueSpec> declared = ConcurrentHashMap.newKeySet();
  private final List<Consuming> subscriptions = new CopyOnWriteArrayList<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private @Nullable Opened publishing;
  private @Nullable Connection consuming;
  private Duration pause = FIRST_PAUSE;
  private long watchedAt = System.nanoTime();
  private boolean closed;
  private volatile @Nullable LoopRunner runner;

  Supervisor(RabbitOptions options, Declarations declarations) {
    this.options = options;
    this.declarations = declarations;
    connector = new Connector(options);
    outage = new Outage(options.maskedUrl());
    publisher = new Publisher(options, this::nudge);
  }

  void start() {
    runner = LoopRunner.start("rabbit", this);
  }

  Publisher publisher() {
    return publisher;
  }

  boolean isConnected() {
    return publisher.isOpen() && openConsuming() != null;
  }

  String detail() {
    return outage.detail();
  }

  /** Something ended: looks after it now. */
  void nudge() {
    LoopRunner current = runner;
    if (current != null) {
      current.nudge();
    }
  }

  /** Declares now, and again whenever a connection was opened. */
  void declare(QueueSpec queue) {
    onConnection(
        connection -> {
          declarations.queue(connection, queue);
          return true;
        });
    declared.add(queue);
  }

  /** Keeps {@code subscription} alive from now on. */
  void keep(Consuming subscription) {
    subscriptions.add(subscription);
    Connection connection = openConsuming();
    if (connection != null) {
      ensure(subscription, connection);
    }
  }

  void forget(Consuming subscription) {
    subscriptions.remove(subscription);
  }

  List<Consuming> subscriptions() {
    return List.copyOf(subscriptions);
  }

  /** Something to do with the broker. */
  @FunctionalInterface
  interface OnConnection<T> {
    T run(Connection connection) throws IOException;
  }

  /**
   * Runs {@code action} on the consuming connection, which the broker never blocks.
   *
   * @throws BrokerException.Unavailable when there is none in time, or it is lost meanwhile
   */
  <T> T onConnection(OnConnection<T> action) {
    try {
      return action.run(awaitConsuming());
    } catch (IOException | ShutdownSignalException e) {
      throw new BrokerException.Unavailable(
          "RabbitMQ at " + options.maskedUrl() + " does not do it: " + Reasons.of(e), e);
    }
  }

  @Override
  public Duration runOnce() {
    try {
      Connection connection = ensureConsuming();
      ensurePublishing();
      outage.over();
      pause = FIRST_PAUSE;
      watch(connection);
      subscriptions.forEach(subscription -> ensure(subscription, connection));
      return ROUND;
    } catch (IOException | TimeoutException | RuntimeException e) {
      log.debug("No connection", e);
      return outage.failed(e) ? LOGIN_PAUSE : nextPause();
    }
  }

  @Override
  public void close() {
    LoopRunner current = runner;
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    if (current != null) {
      current.close();
    }
    publisher.close();
    synchronized (lock) {
      end(publishing == null ? null : publishing.connection());
      end(consuming);
    }
  }

  private @Nullable Connection openConsuming() {
    synchronized (lock) {
      return consuming != null && consuming.isOpen() ? consuming : null;
    }
  }

  private Connection awaitConsuming() {
    long deadline = System.nanoTime() + options.blockedTimeout().toNanos();
    synchronized (lock) {
      while (consuming == null || !consuming.isOpen()) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || closed) {
          throw new BrokerException.Unavailable(outage.detail(), null);
        }
        try {
          lock.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new BrokerException.Unavailable("interrupted: " + outage.detail(), e);
        }
      }
      return consuming;
    }
  }

  private Connection ensureConsuming() throws IOException, TimeoutException {
    Connection current = openConsuming();
    if (current != null) {
      return current;
    }
    Connection opened = connector.open("consumer").connection();
    try {
      declarations.ladder(opened);
      for (QueueSpec queue : declared) {
        declarations.queue(opened, queue);
      }
    } catch (IOException | RuntimeException e) {
      end(opened);
      throw e;
    }
    opened.addShutdownListener(lost());
    synchronized (lock) {
      consuming = opened;
      lock.notifyAll();
    }
    return opened;
  }

  private void ensurePublishing() throws IOException, TimeoutException {
    if (publisher.isOpen()) {
      return;
    }
    Opened current = publishing;
    if (current == null || !current.connection().isOpen()) {
      current = connector.open("publisher");
      publisher.blocked(false);
      current.connection().addShutdownListener(lost());
      current
          .connection()
          .addBlockedListener(this::publishersBlocked, () -> publisher.blocked(false));
      synchronized (lock) {
        publishing = current;
      }
    }
    Publisher.Channels old = publisher.channels();
    publisher.use(
        new Publisher.Channels(
            current.filter(),
            openChannel(old == null ? null : old.toQueues(), current),
            openChannel(old == null ? null : old.toExchanges(), current)));
  }

  /** Keeps a channel that is open: it has unconfirmed messages. */
  private PublishChannel openChannel(@Nullable PublishChannel old, Opened opened)
      throws IOException {
    return old != null && old.isOpen()
        ? old
        : PublishChannel.open(opened.connection(), options.window(), publisher);
  }

  private void publishersBlocked(String reason) {
    log.warn("RabbitMQ at {} blocks publishers: {}", options.maskedUrl(), reason);
    publisher.blocked(true);
  }

  private ShutdownListener lost() {
    return cause -> {
      if (!cause.isInitiatedByApplication()) {
        outage.lost(Reasons.of(cause));
        nudge();
      }
    };
  }

  private void ensure(Consuming subscription, Connection connection) {
    String queue = subscription.queue();
    try {
      subscription.ensure(connection);
      if (failing.remove(queue)) {
        log.info("Queue {} is consumed again", queue);
      }
    } catch (IOException | RuntimeException e) {
      if (connection.isOpen() && failing.add(queue)) {
        log.warn("Queue {} cannot be consumed, trying again: {}", queue, Reasons.of(e));
      }
    }
  }

  /** Asks the broker about every queue that we believe to consume. */
  private void watch(Connection connection) throws IOException {
    if (System.nanoTime() - watchedAt < WATCH.toNanos()) {
      return;
    }
    watchedAt = System.nanoTime();
    for (Consuming subscription : subscriptions) {
      if (subscription.active() && Queues.consumers(connection, subscription.queue()) == 0) {
        log.warn("Queue {} had lost its consumer; subscribing anew", subscription.queue());
        subscription.forsaken();
      }
    }
  }

  private Duration nextPause() {
    Duration now = pause;
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(now.toMillis() / 2, now.toMillis() + 1));
  }

  private static void end(@Nullable Connection connection) {
    if (connection != null) {
      connection.abort(CLOSE_MILLIS);
    }
  }
}
