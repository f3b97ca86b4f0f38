package dev.sluice.gateway;

import dev.sluice.settings.GatewaySettings;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * How the server is set up: everything has a limit, and a connection that is silent costs little.
 */
final class JettyTuning {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int SMALL_BUFFER = 4 << 10;
  private static final int ACCEPT_QUEUE = 1024;
  // A silent connection has no request under way: nothing is lost with it.
  private static final int SHUTDOWN_IDLE_MILLIS = 100;

  private JettyTuning() {}

  /** No more jobs wait than there are connections: each has one request under way. */
  static QueuedThreadPool threads(GatewaySettings settings) {
    QueuedThreadPool threads =
        new QueuedThreadPool(settings.threads(), Math.min(8, settings.threads()));
    threads.setName("gateway");
    return threads;
  }

  static void server(Server server, GatewaySettings settings) {
    server.setHandler(new GracefulHandler());
    server.setErrorHandler(new JettyProblems());
    server.setStopTimeout(settings.shutdownDeadline().toMillis());
    server.addBean(new NetworkConnectionLimit(settings.maxConnections(), server));
  }

  static void http(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(SMALL_BUFFER);
    http.setOutputBufferSize(SMALL_BUFFER);
    http.setOutputAggregationSize(SMALL_BUFFER / 4);
    http.setInputBufferSize(SMALL_BUFFER);
  }

  static ServerConnector connector(
      Server server, HttpConfiguration http, GatewaySettings settings) {
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    return connector;
  }
}
