package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code sluice gateway} in a JVM of its own with a small heap.
 *
 * <p>Threading: for one thread.
 */
final class GatewayChild implements AutoCloseable {
  static final int HEAP_MEGABYTES = 256;
  static final String TASK = "bench.noop";

  private static final String TOKEN = "BENCH_GATEWAY_TOKEN";
  private static final int SPARE_CONNECTIONS = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long POLL_NANOS = 100_000_000;

  private final ChildJvm jvm;
  private final InetSocketAddress address;
  private final String token;

  private GatewayChild(ChildJvm jvm, InetSocketAddress address, String token) {
    this.jvm = jvm;
    this.address = address;
    this.token = token;
  }

  /**
   * Starts a gateway and returns when it is ready.
   *
   * @param connections that it is to hold
   * @throws CommandFailed with the end of its log when it does not get ready
   */
  static GatewayChild start(String brokerUrl, Path folder, int connections)
      throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    InetSocketAddress address = new InetSocketAddress(loopback, freePort(loopback));
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    Path settings = folder.resolve("sluice.yaml");
    Files.writeString(settings, yaml(address.getPort(), connections, folder.resolve("spool")));
    ChildJvm jvm =
        ChildJvm.start(
            HEAP_MEGABYTES,
            folder.resolve("gateway.log"),
            Map.of("SLUICE_BROKER_URL", brokerUrl, TOKEN, token),
            "dev.sluice.cli.Main",
            "gateway",
            "--config",
            settings.toString());
    GatewayChild child = new GatewayChild(jvm, address, token);
    try {
      child.awaitReady();
      return child;
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  ChildJvm jvm() {
    return jvm;
  }

  InetSocketAddress address() {
    return address;
  }

  /** What a request must have to be let in. */
  Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + token);
  }

  /** Where a task for a queue is sent. */
  static String path(String queue) {
    return "/v1/tasks/" + TASK + "?queue=" + queue;
  }

  @Override
  public void close() {
    jvm.close();
  }

  private void awaitReady() throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + address.getPort() + "/health/ready"))
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing";
    while (jvm.isAlive() && System.nanoTime() < deadline) {
      try {
        var answer = client.send(ready, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return;
        }
        last = answer.statusCode() + " " + answer.body();
      } catch (IOException e) {
        last = e.toString();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new CommandFailed(
        "the gateway does not get ready, its last word is '%s', its log ends so:%n%s"
            .formatted(last, jvm.logTail()));
  }

  private static String yaml(int port, int connections, Path spool) {
    return """
        gateway:
          port: %d
          maxConnections: %d
          tokens:
            bench: {variable: %s, tasks: ["bench.*"], queues: ["bench.*"]}
        spool:
          folder: "%s"
        """
        .formatted(port, connections + SPARE_CONNECTIONS, TOKEN, spool);
  }

  private static int freePort(InetAddress address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    }
  }
}
