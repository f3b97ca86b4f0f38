package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpLoadTest {
  private static final Pace PACE = new Pace(400, Duration.ofMillis(500));
  private static final List<byte[]> BODIES = List.of(bytes("{\"n\":1}"), bytes("{\"n\":2}"));

  static {
    // Otherwise it answers 25 requests a second on a connection that is kept alive.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private Duration patience = Duration.ofSeconds(30);
  private HttpServer server;
  private HttpLoad load;

  @AfterEach
  void stop() {
    if (load != null) {
      load.close();
    }
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  @Test
  void kept_connections_are_all_used_in_turn() throws Exception {
    start(exchange -> answer(exchange, 202));

    HttpOutcome outcome = load.run(PACE, load.kept(7), BODIES);

    assertThat(outcome.statuses()).isEqualTo(Map.of(202, 200L));
    assertThat(outcome.failed()).isZero();
    assertThat(outcome.bodies()).hasSize(200).allMatch(body -> text(body).equals("{}"));
    assertThat(outcome.timings().fromDue().getTotalCount()).isEqualTo(200);
    assertThat(peers).hasSize(7);
    assertThat(received).hasSize(200).contains("{\"n\":1}", "{\"n\":2}");
  }

  @Test
  void a_fresh_connection_carries_one_request() throws Exception {
    start(exchange -> answer(exchange, 202));

    HttpOutcome outcome = load.run(PACE, load.fresh(), BODIES);

    assertThat(outcome.statuses()).isEqualTo(Map.of(202, 200L));
    assertThat(outcome.errors()).isEmpty();
    assertThat(peers).hasSize(200);
  }

  @Test
  void refusals_are_counted_by_their_status() throws Exception {
    start(exchange -> answer(exchange, text(body(exchange)).contains("1") ? 202 : 503));

    HttpOutcome outcome = load.run(PACE, load.kept(2), BODIES);

    assertThat(outcome.statuses()).isEqualTo(Map.of(202, 100L, 503, 100L));
    assertThat(outcome.failed()).isEqualTo(100);
    assertThat(outcome.bodies()).hasSize(100);
  }

  @Test
  void a_connection_that_is_closed_without_an_answer_is_an_error_and_is_opened_again()
      throws Exception {
    start(HttpExchange::close);

    HttpOutcome outcome = load.run(PACE, load.kept(2), BODIES);

    assertThat(outcome.statuses()).isEmpty();
    assertThat(outcome.failed()).isEqualTo(200);
    assertThat(outcome.errors().keySet()).doesNotContain("no answer");
  }

  @Test
  void what_is_never_answered_is_counted_and_timed_until_it_is_given_up() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    patience = Duration.ofMillis(500);
    start(
        exchange -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            exchange.close();
          }
        });

    HttpOutcome outcome = load.run(PACE, load.kept(3), BODIES);

    assertThat(outcome.errors()).isEqualTo(Map.of("no answer", 200L));
    assertThat(outcome.timings().fromDue().getMinValue()).isGreaterThan(400_000_000);
  }

  @Test
  void nobody_listening_is_said_with_the_address() throws Exception {
    start(exchange -> answer(exchange, 202));
    int port = server.getAddress().getPort();
    server.stop(0);

    assertThatThrownBy(() -> load.kept(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(":" + port)
        .hasMessageContaining("refused");
    HttpOutcome outcome = load.run(PACE, load.fresh(), BODIES);
    assertThat(outcome.failed()).isEqualTo(200);
  }

  @Test
  void more_connections_than_the_process_may_open_are_refused_with_the_command() throws Exception {
    start(exchange -> answer(exchange, 202));

    assertThatThrownBy(() -> load.kept(Integer.MAX_VALUE - 1000))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ulimit -n");
  }

  private void start(HttpHandler handler) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/tasks/x",
        exchange -> {
          peers.add(exchange.getRemoteAddress());
          handler.handle(exchange);
        });
    server.start();
    load =
        new HttpLoad(
            new HttpTarget(server.getAddress(), "/v1/tasks/x", Map.of("Authorization", "Bearer x")),
            patience);
  }

  private byte[] body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    received.add(text(body));
    return body;
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    body(exchange);
    byte[] answer = bytes("{}");
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
