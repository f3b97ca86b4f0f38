package dev.sluice.broker.rabbit;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.QueueSpec;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares queues, the delay ladder and broadcast exchanges. What exists with other arguments is
 * used as it is.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Declarations {
  /** Out of the way: a broker destroys a message that was requeued more often than its limit. */
  static final int DELIVERY_LIMIT = 1_000_000_000;

  private static final Logger log = LoggerFactory.getLogger(Declarations.class);
  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");
  private static final Map<String, Object> OUR_QUORUM =
      Map.of("x-queue-type", "quorum", "x-delivery-limit", DELIVERY_LIMIT);

  private static final Map<String, Object> SINGLE_ACTIVE = Map.of("x-single-active-consumer", true);
  private static final Map<String, Object> ORDERED =
      Map.of(
          "x-queue-type",
          "quorum",
          "x-delivery-limit",
          DELIVERY_LIMIT,
          "x-single-active-consumer",
          true);

  private final Topology topology;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  Declarations(Topology topology) {
    this.topology = topology;
  }

  /** Uses one channel. */
  @FunctionalInterface
  interface OnChannel<T> {
    T run(Channel channel) throws IOException;
  }

  /** Runs {@code action} on a channel of its own, since an error closes the channel. */
  static <T> T onChannel(Connection connection, OnChannel<T> action) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    try {
      return action.run(channel);
    } finally {
      if (channel.isOpen()) {
        try {
          channel.close();
        } catch (TimeoutException e) {
          log.debug("A channel was not closed in time", e);
        }
      }
    }
  }

  /** Levels 27 to 0, the delivery exchange, and where messages for deleted queues end. */
  void ladder(Connection connection) throws IOException {
    String unrouted = topology.unrouted();
    exchange(connection, unrouted, BuiltinExchangeType.FANOUT, Map.of());
    queue(connection, unrouted, OUR_QUORUM);
    bind(connection, unrouted, unrouted, "");
    exchange(
        connection,
        topology.delayDelivery(),
        BuiltinExchangeType.TOPIC,
        Map.of("alternate-exchange", unrouted));
    String below = topology.delayDelivery();
    for (int level = 0; level < DelayLadder.LEVELS; level++) {
      String name = topology.delayLevel(level);
      exchange(connection, name, BuiltinExchangeType.TOPIC, Map.of());
      queue(connection, name, levelArguments(level, below));
      bind(connection, name, name, DelayLadder.waitKey(level));
      String to = below;
      String skip = DelayLadder.skipKey(level);
      onChannel(connection, channel -> channel.exchangeBind(to, name, skip));
      below = name;
    }
  }

  void queue(Connection connection, QueueSpec spec) throws IOException {
    String name = spec.name();
    boolean asDeclared =
        queue(
            connection,
            name,
            switch (spec.profile()) {
              case QUORUM -> OUR_QUORUM;
              case CELERY_QUORUM -> QUORUM;
              case CLASSIC, CELERY -> Map.of();
              case ORDERED -> ORDERED;
              case ORDERED_CLASSIC -> SINGLE_ACTIVE;
            });
    warnOfDeliveryLimit(connection, spec, asDeclared);
    bind(connection, name, topology.delayDelivery(), DelayLadder.deliveryKey(name));
    if (spec.profile().sharedWithCelery()) {
      String celery = Topology.celeryDelayDelivery();
      exchange(connection, name, BuiltinExchangeType.DIRECT, Map.of());
      bind(connection, name, name, name);
      exchange(connection, celery, BuiltinExchangeType.TOPIC, Map.of());
      bind(connection, name, celery, name.startsWith("#") ? name : "#." + name);
    }
  }

  /** A fanout exchange as Celery's remote control declares it: not durable. */
  void broadcastExchange(Connection connection, String name) throws IOException {
    unlessOther(
        connection,
        "exchange '" + name + "'",
        channel ->
            channel.exchangeDeclare(
                name, BuiltinExchangeType.FANOUT, false, false, false, Map.of()));
  }

  private static Map<String, Object> levelArguments(int level, String below) {
    Map<String, Object> arguments = new LinkedHashMap<>(OUR_QUORUM);
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-dead-letter-exchange", below);
    arguments.put("x-message-ttl", DelayLadder.ttlMillis(level));
    return arguments;
  }

  private void exchange(
      Connection connection, String name, BuiltinExchangeType type, Map<String, Object> arguments)
      throws IOException {
    unlessOther(
        connection,
        "exchange '" + name + "'",
        channel -> channel.exchangeDeclare(name, type, true, false, false, arguments));
  }

  private void warnOfDeliveryLimit(Connection connection, QueueSpec queue, boolean asDeclared) {
    String version = String.valueOf(connection.getServerProperties().get("version"));
    if (DeliveryLimits.mayDestroy(version, queue, asDeclared)
        && said.add("limit of " + queue.name())) {
      log.warn(
          "queue '{}' may have RabbitMQ {}'s own delivery limit, 20: a message that is returned more"
              + " often is lost. Set a policy with a higher delivery-limit, or with a"
              + " dead-letter-exchange",
          queue.name(),
          version);
    }
  }

  /** Returns whether the queue has these arguments. */
  private boolean queue(Connection connection, String name, Map<String, Object> arguments)
      throws IOException {
    return unlessOther(
        connection,
        "queue '" + name + "'",
        channel -> channel.queueDeclare(name, true, false, false, arguments));
  }

  private static void bind(Connection connection, String queue, String exchange, String key)
      throws IOException {
    onChannel(connection, channel -> channel.queueBind(queue, exchange, key));
  }

  /** Returns false when it exists with other arguments. */
  private boolean unlessOther(Connection connection, String what, OnChannel<?> declare)
      throws IOException {
    try {
      onChannel(connection, declare);
      return true;
    } catch (IOException e) {
      if (Reasons.closeCode(e) != Reasons.OTHER_ARGUMENTS) {
        throw e;
      }
      if (said.add(what)) {
        log.warn(
            "{} exists with other arguments and is used as it is; delete it to have it declared"
                + " anew: {}",
            what,
            Reasons.of(e));
      }
      return false;
    }
  }
}
