package dev.sluice.broker.rabbit;

import dev.sluice.topology.Topology;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How to talk to RabbitMQ.
 *
 * @param amqpUrl {@code amqp://user:password@host:port/vhost}, or {@code amqps://} for TLS
 * @param topology names of what is declared; default without a namespace
 * @param window how many messages may be unconfirmed, 1 to 100,000; default 1000
 * @param confirmTimeout how long to wait for a confirm, and for the broker to answer; default 10 s
 * @param blockedTimeout how long a message waits for a broker that is away, blocks publishers or
 *     falls behind; default 5 s
 * @param connectionName what the broker's own tools show; default {@code sluice}
 * @param clock tells how far away an eta is
 */
public record RabbitOptions(
    String amqpUrl,
    Topology topology,
    int window,
    Duration confirmTimeout,
    Duration blockedTimeout,
    String connectionName,
    InstantSource clock) {
  private static final int LARGEST_WINDOW = 100_000;

  public RabbitOptions {
    String path = address(amqpUrl).getRawPath();
    if (path != null && (path.equals("/") || path.indexOf('/', 1) > 0)) {
      throw new IllegalArgumentException(
          "the broker's URL names no virtual host after its slash: leave the slash out or write"
              + " /%2f for the virtual host '/'");
    }
    if (window < 1 || window > LARGEST_WINDOW) {
      throw new IllegalArgumentException(
          "window must be 1 to " + LARGEST_WINDOW + ", is " + window);
    }
    requirePositive("confirmTimeout", confirmTimeout);
    requirePositive("blockedTimeout", blockedTimeout);
  }

  /** The defaults, for the broker at {@code amqpUrl}. */
  public static RabbitOptions of(String amqpUrl) {
    return new RabbitOptions(
        amqpUrl,
        Topology.DEFAULT,
        1000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        "sluice",
        InstantSource.system());
  }

  public RabbitOptions topology(Topology newTopology) {
    return new RabbitOptions(
        amqpUrl, newTopology, window, confirmTimeout, blockedTimeout, connectionName, clock);
  }

  public RabbitOptions window(int newWindow) {
    return new RabbitOptions(
        amqpUrl, topology, newWindow, confirmTimeout, blockedTimeout, connectionName, clock);
  }

  public RabbitOptions confirmTimeout(Duration newTimeout) {
    return new RabbitOptions(
        amqpUrl, topology, window, newTimeout, blockedTimeout, connectionName, clock);
  }

  public RabbitOptions blockedTimeout(Duration newTimeout) {
    return new RabbitOptions(
        amqpUrl, topology, window, confirmTimeout, newTimeout, connectionName, clock);
  }

  public RabbitOptions connectionName(String newName) {
    return new RabbitOptions(
        amqpUrl, topology, window, confirmTimeout, blockedTimeout, newName, clock);
  }

  public RabbitOptions clock(InstantSource newClock) {
    return new RabbitOptions(
        amqpUrl, topology, window, confirmTimeout, blockedTimeout, connectionName, newClock);
  }

  /** The URL as it may be shown: without user and password. */
  String maskedUrl() {
    URI uri = address(amqpUrl);
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://***@" + uri.getHost() + port + path;
  }

  @Override
  public String toString() {
    return "RabbitOptions[" + maskedUrl() + ", window " + window + ", " + topology + "]";
  }

  private static URI address(String amqpUrl) {
    try {
      URI uri = new URI(amqpUrl);
      if (uri.getHost() != null && ("amqp".equals(uri.getScheme()) || isTls(uri))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Its text holds the password: the sentence below says what is needed.
    }
    throw new IllegalArgumentException(
        "the broker's URL must look like amqp://user:password@host:5672/vhost, or amqps://… for"
            + " TLS; write special characters of user, password and vhost as %XX");
  }

  private static boolean isTls(URI uri) {
    return "amqps".equals(uri.getScheme());
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be above 0, is " + value);
    }
  }
}
