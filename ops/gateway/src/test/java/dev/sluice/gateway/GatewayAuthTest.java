package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class GatewayAuthTest {
  private final Edge edge = Edge.open();

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_request_without_a_token_is_refused() {
    Answer answer = edge.send(request("/v1/tasks/clicks.record"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.problem()).isEqualTo("unauthenticated");
    assertThat(answer.path()).isEqualTo("header.Authorization");
    assertThat(answer.header("WWW-Authenticate")).contains("Bearer realm=\"sluice\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer token-of-the-shop-012345678",
        "Bearer token-of-the-shop-0123456789x",
        "Bearer TOKEN-OF-THE-SHOP-0123456789",
        "Basic dG9rZW4tb2YtdGhlLXNob3AtMDEyMzQ1Njc4OQ==",
        "token-of-the-shop-0123456789"
      })
  void a_token_that_is_not_known_is_refused(String authorization) {
    for (String path : new String[] {"/v1/tasks/clicks.record", "/v1/tasks"}) {
      Answer answer = edge.send(request(path).header("Authorization", authorization));

      assertThat(answer.status()).isEqualTo(401);
    }
    assertThat(
            edge.send(request("/v1/tasks/x").header("Authorization", authorization).GET()).status())
        .isEqualTo(401);
  }

  @Test
  void two_tokens_in_one_request_are_refused() {
    HttpRequest.Builder both =
        edge.to("/v1/tasks/clicks.record")
            .header("Authorization", "Bearer " + Edge.OTHER_TOKEN)
            .POST(BodyPublishers.ofString("{}"));

    assertThat(edge.send(both).status()).isEqualTo(401);
  }

  @Test
  void the_name_of_the_scheme_is_taken_in_any_case() {
    Answer answer =
        edge.send(
            request("/v1/tasks/clicks.record").header("Authorization", "bearer " + Edge.TOKEN));

    assertThat(answer.status()).isEqualTo(202);
  }

  @Test
  void a_token_allows_the_tasks_of_its_list_alone() {
    assertThat(edge.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(202);
    assertThat(edge.post("/v1/tasks/clicks.", "{}").status()).isEqualTo(202);

    Answer answer = edge.post("/v1/tasks/invoices.create", "{}");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo("forbidden");
    assertThat(answer.path()).isEqualTo("path.name");
    assertThat(edge.post("/v1/tasks/clicks", "{}").status()).isEqualTo(403);
  }

  @Test
  void a_token_that_does_not_allow_a_task_cannot_find_out_whether_there_is_one() {
    try (Edge closed = Edge.of("  tasks: {clicks.record: {}, invoices.create: {}}")) {
      assertThat(closed.post("/v1/tasks/invoices.create", "{}").status()).isEqualTo(403);
      assertThat(closed.post("/v1/tasks/invoices.none", "{}").status()).isEqualTo(403);
    }
  }

  @Test
  void a_token_allows_the_task_s_own_queue_and_those_of_its_list() {
    assertThat(edge.post("/v1/tasks/clicks.record?queue=clicks", "{}").status()).isEqualTo(202);
    assertThat(edge.post("/v1/tasks/clicks.record?queue=late.1", "{}").status()).isEqualTo(202);
    assertThat(edge.post("/v1/tasks/clicks.record?queue=sluice", "{}").status()).isEqualTo(202);

    Answer answer = edge.post("/v1/tasks/clicks.record?queue=invoices", "{}");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("detail").stringValue()).contains("invoices");
    assertThat(edge.broker.stats("invoices")).isEmpty();
  }

  @Test
  void a_token_without_queues_cannot_choose_one() {
    Answer answer =
        edge.send(
            request("/v1/tasks/any?queue=other")
                .header("Authorization", "Bearer " + Edge.OTHER_TOKEN));

    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void a_gateway_without_tokens_refuses_everybody_and_says_so_at_the_start() {
    ListAppender<ILoggingEvent> lines = listen();
    try (Edge closed = Edge.ofYaml("gateway: {port: 0}", Map.of())) {
      assertThat(closed.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(401);
    }
    assertThat(lines.list)
        .anySatisfy(line -> assertThat(line.getFormattedMessage()).contains("names nobody"));
  }

  @Test
  void a_token_may_come_from_a_variable() {
    String yaml = "gateway: {port: 0, tokens: {shop: {variable: SHOP_TOKEN, tasks: ['*']}}}";
    try (Edge other = Edge.ofYaml(yaml, Map.of("SHOP_TOKEN", Edge.TOKEN))) {
      assertThat(other.post("/v1/tasks/clicks.record", "{}").status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short"})
  void a_variable_without_a_real_token_stops_the_start(String value) {
    String yaml = "gateway: {port: 0, tokens: {shop: {variable: SHOP_TOKEN, tasks: ['*']}}}";

    assertThatThrownBy(() -> Edge.ofYaml(yaml, Map.of("SHOP_TOKEN", value)))
        .hasMessageContaining("gateway.tokens.shop")
        .hasMessageContaining("SHOP_TOKEN")
        .hasMessageNotContaining("short");
  }

  @Test
  void no_log_line_holds_a_token() {
    ListAppender<ILoggingEvent> lines = listen();

    edge.post("/v1/tasks/clicks.record", "{}");
    edge.post("/v1/tasks/clicks.record", "{");
    edge.send(request("/v1/tasks/a").header("Authorization", "Bearer not-" + Edge.TOKEN));

    assertThat(lines.list)
        .noneSatisfy(line -> assertThat(line.getFormattedMessage()).contains("token-of-the-shop"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(edge.gateway.address() + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{}"));
  }

  private static ListAppender<ILoggingEvent> listen() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("ROOT");
    root.setLevel(Level.INFO);
    ((Logger) LoggerFactory.getLogger("dev.sluice")).setLevel(Level.DEBUG);
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    root.addAppender(lines);
    return lines;
  }
}
