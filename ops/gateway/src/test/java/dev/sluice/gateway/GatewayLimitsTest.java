package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayLimitsTest {
  private static final String SMALL =
      "broker: {maxBodyBytes: 2048}\ngateway:\n  port: 0\n" + Edge.TOKENS;

  private final Edge edge = Edge.ofYaml(SMALL, Map.of());

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_body_over_the_limit_is_413() {
    Answer answer = edge.post("/v1/tasks/clicks.record", payload(3000));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.problem()).isEqualTo("too-large");
    assertThat(answer.path()).isEqualTo("$");
    assertThat(answer.reason()).contains("2048 bytes");
  }

  @Test
  void a_body_that_is_too_large_as_a_message_alone_is_413_as_well() {
    Answer answer = edge.post("/v1/tasks/clicks.record", payload(2000));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.path()).isEqualTo("$");
  }

  @Test
  void a_body_that_announces_too_much_is_refused_before_it_is_sent() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Content-Length: 1000000000"));

      assertThat(raw.readHead()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void a_body_of_unknown_length_is_refused_while_it_is_read() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Transfer-Encoding: chunked"));
      raw.send("400\r\n" + " ".repeat(1024) + "\r\n");
      raw.send("401\r\n" + " ".repeat(1025) + "\r\n");

      // Its end has not been sent, and need not be.
      assertThat(raw.readHead()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void a_body_that_breaks_off_is_enqueued_by_nobody() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Content-Length: 10") + "{}");
      raw.endOutput();

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
    }
    assertThat(edge.broker.stats("sluice")).isEmpty();
  }

  @Test
  void chunks_that_are_none_are_400() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Transfer-Encoding: chunked") + "nonsense\r\n{}\r\n0\r\n\r\n");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void two_lengths_are_400_for_they_may_hide_a_second_request() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Content-Length: 2\r\nContent-Length: 20") + "{}");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void length_and_chunks_together_are_400() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Content-Length: 2\r\nTransfer-Encoding: chunked") + "0\r\n\r\n");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void bytes_that_are_no_http_are_a_problem_too() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send("nonsense\r\n\r\n");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    }
  }

  @Test
  void headers_over_the_limit_are_431() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("X-Long: " + "a".repeat(40_000)));

      assertThat(raw.readHead()).startsWith("HTTP/1.1 431 ").contains("application/problem+json");
    }
  }

  @Test
  void a_uri_over_the_limit_is_414() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send("GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 414 ").contains("application/problem+json");
    }
  }

  @Test
  void a_path_that_proxies_may_read_differently_is_400() throws Exception {
    for (String path : new String[] {"/v1/tasks/a%2Fb", "/v1/tasks/../tasks", "/v1/%2e%2e/x"}) {
      try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
        raw.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(raw.readHead()).as(path).containsPattern("^HTTP/1.1 40[0-5] ");
      }
    }
  }

  @Test
  void a_query_that_is_not_percent_encoded_is_400() throws Exception {
    try (RawHttp raw = RawHttp.connect(edge.gateway.address())) {
      raw.send(head("Content-Length: 2").replace("record HTTP", "record?delay=%zz HTTP") + "{}");

      assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    }
  }

  @Test
  void the_server_does_not_tell_what_it_is() {
    assertThat(edge.get("/health/live").response().headers().map())
        .doesNotContainKeys("server", "x-powered-by");
  }

  @Test
  void connections_over_the_limit_wait_until_another_ends() throws Exception {
    try (Edge few = Edge.of("  maxConnections: 2\n")) {
      List<RawHttp> open = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        RawHttp raw = RawHttp.connect(few.gateway.address());
        raw.send("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
        open.add(raw);
      }
      try (RawHttp third = RawHttp.connect(few.gateway.address())) {
        third.send("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(third.hasAnswerWithin(300)).isFalse();

        open.get(0).close();
        await().until(() -> third.hasAnswerWithin(100));
      }
      open.get(1).close();
    }
  }

  @Test
  void open_connections_are_counted() throws Exception {
    try (RawHttp one = RawHttp.connect(edge.gateway.address());
        RawHttp two = RawHttp.connect(edge.gateway.address())) {
      assertThat(one).isNotSameAs(two);
      await().until(() -> connections() == 2);
    }
    await().until(() -> connections() == 0);
  }

  private double connections() {
    return edge.metrics.get("sluice.gateway.connections").gauge().value();
  }

  @Test
  void a_silent_connection_is_closed_after_the_idle_timeout() throws Exception {
    try (Edge impatient = Edge.of("  idleTimeout: 200ms\n");
        RawHttp raw = RawHttp.connect(impatient.gateway.address())) {
      assertThat(raw.readToEnd()).isEmpty();
    }
  }

  private String head(String more) {
    return "POST /v1/tasks/clicks.record HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Authorization: Bearer "
        + Edge.TOKEN
        + "\r\n"
        + more
        + "\r\n\r\n";
  }

  private static String payload(int bytes) {
    return "{\"a\":\"" + "x".repeat(bytes - 8) + "\"}";
  }
}
