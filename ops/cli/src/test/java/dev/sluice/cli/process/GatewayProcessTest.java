package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.cli.CommandFailed;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.database.DatabaseUnavailable;
import dev.sluice.gateway.Clients;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayProcessTest {
  private static final String TOKEN = "a-token-of-the-gateway-s-test";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final StopSignal stop = new StopSignal(() -> {});
  private final int port = freePort();

  @Test
  void tasks_go_through_the_spool_to_the_broker_and_stay_in_it_when_there_is_none()
      throws Exception {
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      CompletableFuture<Void> process = start(Optional.of(broker), Optional.empty());
      await().until(() -> status("GET", "/health/ready") == 200);

      assertThat(status("POST", "/v1/tasks/clicks.record")).isEqualTo(202);
      assertThat(status("GET", "/v1/tasks/order-7")).isEqualTo(501);
      await().until(() -> broker.stats("sluice").map(q -> q.ready() == 1).orElse(false));

      stop.end();
      process.join();
      assertThat(status("GET", "/health/live")).isZero();
    }
  }

  @Test
  void without_a_relay_of_its_own_it_needs_no_broker() throws Exception {
    CompletableFuture<Void> process = start(Optional.empty(), Optional.empty());
    await().until(() -> status("GET", "/health/ready") == 200);

    assertThat(status("POST", "/v1/tasks/clicks.record")).isEqualTo(202);

    stop.end();
    process.join();
    assertThat(Files.walk(folder.resolve("spool")).anyMatch(f -> f.toString().endsWith(".log")))
        .isTrue();
  }

  @Test
  void a_database_that_is_away_at_the_start_is_opened_when_it_is_there() throws Exception {
    AtomicReference<String> url = new AtomicReference<>("");
    try (LateDatabase late = new LateDatabase(() -> open(url.get()))) {
      CompletableFuture<Void> process = start(Optional.empty(), Optional.of(late));
      await().until(() -> status("GET", "/health/ready") == 200);
      assertThat(status("GET", "/v1/tasks/order-7")).isEqualTo(503);

      url.set("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1");

      assertThat(status("GET", "/v1/tasks/order-7")).isEqualTo(200);
      stop.end();
      process.join();
    }
  }

  @Test
  void a_port_that_is_taken_ends_the_start_with_a_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(port)) {
      assertThat(taken.isBound()).isTrue();

      assertThatThrownBy(() -> process(Optional.empty(), Optional.empty()).run(stop))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  private CompletableFuture<Void> start(
      Optional<InMemoryBroker> broker, Optional<LateDatabase> database) throws IOException {
    GatewayProcess process = process(broker, database);
    return CompletableFuture.runAsync(
        () -> {
          try {
            process.run(stop);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private GatewayProcess process(Optional<InMemoryBroker> broker, Optional<LateDatabase> database)
      throws IOException {
    String yaml =
        "gateway: {port: %d, tokens: {test: {variable: TEST_TOKEN, tasks: ['*']}}}".formatted(port);
    SluiceSettings settings =
        SluiceSettings.load(Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
    return new GatewayProcess(
        settings,
        Clients.of(settings.gateway(), Map.of("TEST_TOKEN", TOKEN)),
        SpoolPlan.of(settings.spool(), folder.resolve("spool")),
        broker.map(known -> known),
        database,
        Optional.empty());
  }

  /** The status that a request is answered with; 0 when nobody answers. */
  private int status(String method, String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return response.statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private static Database open(String url) {
    if (url.isEmpty()) {
      throw new DatabaseUnavailable("not yet", null);
    }
    return Database.open(DatabaseOptions.of(url));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
