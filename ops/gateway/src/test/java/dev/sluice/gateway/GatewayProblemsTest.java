package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayProblemsTest {
  private final Edge edge = Edge.open();

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_problem_document_says_what_is_wrong_where() {
    Answer answer = edge.post("/v1/tasks/clicks.record?delay=soon", "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    assertThat(answer.json().path("type").stringValue())
        .isEqualTo("urn:sluice:problem:bad-request");
    assertThat(answer.json().path("title").stringValue()).isEqualTo("The request is wrong");
    assertThat(answer.json().path("status").intValue()).isEqualTo(400);
    assertThat(answer.json().path("detail").stringValue()).startsWith("query.delay: 'soon'");
    assertThat(answer.json().path("instance").stringValue()).isEqualTo("/v1/tasks/clicks.record");
    assertThat(answer.json().path("errors")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/task", "/v2/tasks", "/v1/tasks/a/b", "/metrics"})
  void a_path_that_there_is_not_is_404(String path) {
    Answer answer = edge.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.problem()).isEqualTo("not-found");
    assertThat(answer.json().path("detail").stringValue()).contains("/openapi.json");
  }

  @Test
  void a_task_that_the_closed_list_leaves_out_is_404() {
    try (Edge closed = Edge.of("  tasks: {clicks.record: {}}")) {
      Answer answer = closed.post("/v1/tasks/clicks.recrod", "{}");

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.problem()).isEqualTo("unknown-task");
      assertThat(answer.path()).isEqualTo("path.name");
      assertThat(closed.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /v1/tasks,      POST",
    "PUT,    /v1/tasks,      POST",
    "DELETE, /v1/tasks/some, 'GET, POST'",
    "PATCH,  /v1/tasks/some, 'GET, POST'",
    "POST,   /openapi.json,  GET",
    "POST,   /health/live,   GET"
  })
  void a_method_that_is_not_allowed_is_405_with_those_that_are(
      String method, String path, String allowed) {
    Answer answer = edge.send(edge.to(path).method(method, BodyPublishers.ofString("{}")));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.problem()).isEqualTo("method-not-allowed");
    assertThat(Arrays.stream(answer.header("Allow").orElse("").split(", ")).sorted())
        .containsExactly(allowed.split(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/html
          application/xml, text/*
          application/json;q=0
          application/json; q=0.000
          """)
  void who_does_not_accept_json_gets_406(String accept) {
    Answer answer =
        edge.post("/v1/tasks/clicks.record", "{}", request -> request.header("Accept", accept));

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.path()).isEqualTo("header.Accept");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/json",
        "text/html, application/*;q=0.5",
        "application/problem+json",
        "APPLICATION/JSON; charset=utf-8"
      })
  void who_accepts_json_among_others_is_served(String accept) {
    Answer answer =
        edge.post("/v1/tasks/clicks.record", "{}", request -> request.header("Accept", accept));

    assertThat(answer.status()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"})
  void a_body_that_is_not_json_is_415(String type) {
    Answer answer =
        edge.post(
            "/v1/tasks/clicks.record", "{}", request -> request.setHeader("Content-Type", type));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.path()).isEqualTo("header.Content-Type");
  }

  @Test
  void a_body_without_a_type_is_415() {
    Answer answer =
        edge.send(
            java.net.http.HttpRequest.newBuilder(
                    URI.create(edge.gateway.address() + "/v1/tasks/clicks.record"))
                .header("Authorization", "Bearer " + Edge.TOKEN)
                .POST(BodyPublishers.ofString("{}")));

    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void a_compressed_body_is_415() {
    Answer answer =
        edge.post(
            "/v1/tasks/clicks.record", "{}", request -> request.header("Content-Encoding", "gzip"));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.path()).isEqualTo("header.Content-Encoding");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json;charset=utf-8",
        "Application/JSON; Charset=\"UTF-8\"",
        "application/json; x=y"
      })
  void json_in_utf_8_is_taken_however_it_says_so(String type) {
    Answer answer =
        edge.post(
            "/v1/tasks/clicks.record",
            "{\"a\": \"ä€😀\"}",
            request -> request.setHeader("Content-Type", type));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(Edge.body(edge.messages("sluice", 1).get(0))).contains("ä€😀");
  }

  @Test
  void a_queue_that_is_full_is_503_with_the_time_to_come_back() {
    edge.broker.block();

    Answer answer = edge.post("/v1/tasks/clicks.record", "{}");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("unavailable");
    assertThat(Duration.ofSeconds(Long.parseLong(answer.header("Retry-After").orElse("0"))))
        .isPositive();
  }

  @Test
  void an_enqueue_of_unknown_outcome_is_503_with_the_id_to_repeat_it_with() {
    edge.broker.loseConfirms(true);
    Answer unknown = edge.post("/v1/tasks/clicks.record", "{}");

    assertThat(unknown.status()).isEqualTo(503);
    assertThat(unknown.problem()).isEqualTo("outcome-unknown");
    String id = unknown.json().path("task_id").stringValue();

    edge.broker.loseConfirms(false);
    Answer repeated = edge.post("/v1/tasks/clicks.record?task_id=" + id, "{}");
    assertThat(repeated.status()).isEqualTo(202);
    assertThat(repeated.json().path("task_id").stringValue()).isEqualTo(id);
  }

  @Test
  void a_failure_of_the_gateway_itself_is_500_with_what_to_look_for_in_its_log() {
    edge.failNext(new UnsupportedOperationException("secret"));

    Answer answer = edge.post("/v1/tasks/clicks.record", "{}");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.problem()).isEqualTo("internal");
    assertThat(answer.json().path("instance").stringValue()).startsWith("urn:uuid:");
    assertThat(answer.json().toString()).doesNotContain("secret");
  }

  @Test
  void states_are_501_without_a_database() {
    Answer answer = edge.get("/v1/tasks/order-7");

    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.problem()).isEqualTo("no-database");
  }

  @Test
  void query_parameters_are_refused_where_there_are_none() {
    assertThat(edge.get("/v1/tasks/order-7?verbose=1").path()).isEqualTo("query.verbose");
    assertThat(edge.post("/v1/tasks?delay=5s", "[]").path()).isEqualTo("query.delay");
  }

  @Test
  void health_is_told_to_everybody_and_nothing_more() {
    Answer live = edge.get("/health/live");
    Answer ready = edge.get("/health/ready");

    assertThat(live.status()).isEqualTo(200);
    assertThat(ready.json().toString()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void a_hindrance_is_not_ready() {
    edge.hindrance("the spool is full");

    assertThat(edge.get("/health/ready").status()).isEqualTo(503);
    assertThat(edge.get("/health/live").status()).isEqualTo(200);
  }

  @Test
  void a_port_that_is_taken_is_named() {
    String port = edge.gateway.address().replaceAll(".*:", "");

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Edge.ofYaml("gateway: {port: " + port + "}", Map.of()))
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("SLUICE_GATEWAY_PORT");
  }
}
