package dev.sluice.broker.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections without the client's own recovery, each behind a {@link FrameFilter}.
 *
 * <p>Threading: used by the supervisor's thread only.
 */
final class Connector {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int HEARTBEAT_SECONDS = 15;

  private final RabbitOptions options;
  private final Factory factory;

  Connector(RabbitOptions options) {
    this.options = options;
    factory = factory(options);
  }

  /** A connection and the filter in front of its socket. */
  record Opened(Connection connection, FrameFilter filter) {}

  Opened open(String role) throws IOException, TimeoutException {
    factory.opened = null;
    Connection connection = factory.newConnection(options.connectionName() + " " + role);
    FrameFilter filter = factory.opened;
    if (filter == null) {
      throw new IllegalStateException("the client made a connection without our frame filter");
    }
    return new Opened(connection, filter);
  }

  private static Factory factory(RabbitOptions options) {
    Factory factory = new Factory();
    try {
      factory.setUri(options.amqpUrl());
      if (options.amqpUrl().startsWith("amqps:")) {
        // setUri alone trusts every certificate.
        factory.useSslProtocol(SSLContext.getDefault());
        factory.enableHostnameVerification();
      }
    } catch (URISyntaxException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the broker's URL " + options.maskedUrl() + " cannot be used", e);
    }
    int timeout = (int) Math.min(Integer.MAX_VALUE, options.confirmTimeout().toMillis());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(timeout);
    factory.setChannelRpcTimeout(timeout);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setMaxInboundMessageBodySize(Integer.MAX_VALUE);
    factory.setSharedExecutor(new CallingThread());
    factory.setExceptionHandler(new Quiet());
    AtomicInteger threads = new AtomicInteger();
    factory.setThreadFactory(
        task -> {
          Thread thread = new Thread(task, "sluice-amqp-" + threads.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    return factory;
  }

  private static final class Factory extends ConnectionFactory {
    @Nullable FrameFilter opened;
    private @Nullable Socket socket;

    Factory() {
      SocketConfigurator usual = getSocketConfigurator();
      setSocketConfigurator(
          made -> {
            usual.configure(made);
            socket = made;
          });
    }

    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory sockets = super.createFrameHandlerFactory();
      return (Address address, String name) -> {
        FrameFilter filter =
            new FrameFilter(sockets.create(address, name), Objects.requireNonNull(socket));
        opened = filter;
        return filter;
      };
    }
  }

  /** The supervisor says what happened; the client's stack traces add nothing to it. */
  private static final class Quiet extends DefaultExceptionHandler {
    @Override
    protected void log(String message, Throwable e) {
      log.debug("{}", message, e);
    }
  }
}
