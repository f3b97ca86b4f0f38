package dev.sluice.cli.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.cli.CommandFailed;
import dev.sluice.settings.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The HTTP endpoint of a process: {@code /metrics} for Prometheus, {@code /health/live} and {@code
 * /health/ready} as JSON, 200 when all is well and 503 when not.
 *
 * <p>Threading: requests are answered on two daemon threads.
 */
public final class ProcessEndpoint implements AutoCloseable {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON_TYPE = "application/json";

  private final HttpServer server;
  private final ExecutorService threads;

  private ProcessEndpoint(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens on the address of {@code http}.
   *
   * @throws CommandFailed naming the address when it cannot be had
   */
  public static ProcessEndpoint start(
      HttpSettings http, PrometheusMeterRegistry metrics, Health health) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(http.host(), http.port()), 0);
    } catch (IOException e) {
      throw new CommandFailed(
          "cannot listen on %s:%d; set http.host and http.port (SLUICE_HTTP_PORT): %s"
              .formatted(http.host(), http.port(), e.getMessage()),
          e);
    }
    ExecutorService threads = Executors.newFixedThreadPool(2, ProcessEndpoint::thread);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, metrics, health));
    server.start();
    return new ProcessEndpoint(server, threads);
  }

  /** Where it listens, {@code http://host:port}. */
  public String address() {
    InetSocketAddress address = server.getAddress();
    return "http://" + address.getHostString() + ":" + address.getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange, PrometheusMeterRegistry metrics, Health health)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, "text/plain", "only GET\n");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> send(exchange, 200, METRICS_TYPE, metrics.scrape());
        case "/health/live" -> send(exchange, health.live());
        case "/health/ready" -> send(exchange, health.ready());
        default -> send(exchange, 404, "text/plain", "/metrics /health/live /health/ready\n");
      }
    }
  }

  private static void send(HttpExchange exchange, Health.Report report) throws IOException {
    send(exchange, report.well() ? 200 : 503, JSON_TYPE, report.json() + "\n");
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sluice-http");
    thread.setDaemon(true);
    return thread;
  }
}
