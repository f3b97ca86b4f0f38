package dev.sluice.broker.rabbit;

import dev.sluice.topology.Topology;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
 * @param managementUrl {@code http://user:password@host:15672} of the management API, without user
 *     that of {@code amqpUrl}; null, the default, not to ask it. It alone knows how old messages
 *     are
 * @param clock tells how far away an eta is
 */
public record RabbitOptions(
    String amqpUrl,
    Topology topology,
    int window,
    Duration confirmTimeout,
    Duration blockedTimeout,
    String connectionName,
    @Nullable String managementUrl,
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
    if (managementUrl != null) {
      ManagementUrl.of(managementUrl, address(amqpUrl));
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
        null,
        InstantSource.system());
  }

  public RabbitOptions topology(Topology topology) {
    return with(o -> o.topology = topology);
  }

  public RabbitOptions window(int window) {
    return with(o -> o.window = window);
  }

  public RabbitOptions confirmTimeout(Duration confirmTimeout) {
    return with(o -> o.confirmTimeout = confirmTimeout);
  }

  public RabbitOptions blockedTimeout(Duration blockedTimeout) {
    return with(o -> o.blockedTimeout = blockedTimeout);
  }

  public RabbitOptions connectionName(String connectionName) {
    return with(o -> o.connectionName = connectionName);
  }

  public RabbitOptions managementUrl(String managementUrl) {
    return with(o -> o.managementUrl = managementUrl);
  }

  public RabbitOptions clock(InstantSource clock) {
    return with(o -> o.clock = clock);
  }

  /** Where the management API is; null when it is not to be asked. */
  @Nullable ManagementUrl management() {
    return managementUrl == null ? null : ManagementUrl.of(managementUrl, address(amqpUrl));
  }

  private RabbitOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
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

  /** The same options, open to a change. */
  private static final class Draft {
    private final String amqpUrl;
    private Topology topology;
    private int window;
    private Duration confirmTimeout;
    private Duration blockedTimeout;
    private String connectionName;
    private @Nullable String managementUrl;
    private InstantSource clock;

    Draft(RabbitOptions from) {
      amqpUrl = from.amqpUrl;
      topology = from.topology;
      window = from.window;
      confirmTimeout = from.confirmTimeout;
      blockedTimeout = from.blockedTimeout;
      connectionName = from.connectionName;
      managementUrl = from.managementUrl;
      clock = from.clock;
    }

    RabbitOptions options() {
      return new RabbitOptions(
          amqpUrl,
          topology,
          window,
          confirmTimeout,
          blockedTimeout,
          connectionName,
          managementUrl,
          clock);
    }
  }
}
