package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.Message;
import dev.sluice.task.TaskIds;
import dev.sluice.topology.OrderPartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayEnqueueTest {
  private final Edge edge = Edge.open();

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_task_that_was_answered_with_202_is_on_its_queue() {
    Answer answer = edge.post("/v1/tasks/clicks.record", "{\"user\": 7, \"at\": 1.10}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("new").booleanValue()).isTrue();
    String id = answer.json().path("task_id").stringValue();
    assertThat(TaskIds.time(id)).isNotNull();
    assertThat(answer.header("Location")).contains("/v1/tasks/" + id);
    Message message = edge.messages("sluice", 1).get(0);
    assertThat(message.headers()).containsEntry("task", "clicks.record").containsEntry("id", id);
    assertThat(Edge.body(message)).startsWith("[[],{\"user\":7,\"at\":1.10},");
  }

  @Test
  void options_are_taken_from_query_parameters() {
    Answer answer =
        edge.post(
            "/v1/tasks/clicks.record?queue=clicks&delay=1h&expires=2h&priority=3&version=2"
                + "&task_id=order-7&header.tenant=a%20b",
            "{}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("task_id").stringValue()).isEqualTo("order-7");
    Instant sent = edge.now();
    edge.passes(Duration.ofMinutes(61));
    assertThatOptionsArrived(edge.messages("clicks", 1).get(0), sent);
  }

  @Test
  void a_task_with_an_order_key_goes_to_the_key_s_partition() {
    assertThat(edge.post("/v1/tasks/clicks.record?queue=clicks&order_key=user-7", "{}").status())
        .isEqualTo(202);
    Answer timed =
        edge.post("/v1/tasks/clicks.record?queue=clicks&order_key=user-7&delay=3s", "{}");

    String partition = OrderPartitions.of("clicks", "user-7");
    assertThat(edge.messages(partition, 1).get(0).headers())
        .containsEntry("sluice-order-key", "user-7");
    assertThat(timed.status()).isEqualTo(400);
    assertThat(timed.response().body()).contains("cannot be given together with");
  }

  @Test
  void options_are_taken_from_headers() {
    Answer answer =
        edge.post(
            "/v1/tasks/clicks.record",
            "{}",
            request ->
                request
                    .header("Sluice-Queue", "clicks")
                    .header("Sluice-Countdown", "3600")
                    .header("sluice-expires", edge.now().plus(Duration.ofHours(2)).toString())
                    .header("Sluice-Priority", "3")
                    .header("Sluice-Version", "2")
                    .header("Sluice-Task-Id", "order-7")
                    .header("Sluice-Header-Tenant", "a b"));

    assertThat(answer.status()).isEqualTo(202);
    Instant sent = edge.now();
    edge.passes(Duration.ofMinutes(61));
    assertThatOptionsArrived(edge.messages("clicks", 1).get(0), sent);
  }

  @Test
  void an_eta_may_be_given_in_any_zone() {
    Answer later = edge.post("/v1/tasks/clicks.record?queue=clicks&eta=" + inHalfAMinute(), "{}");
    Answer past =
        edge.post("/v1/tasks/clicks.record?queue=clicks&eta=2020-01-01T00:00:00%2B02:00", "{}");

    assertThat(later.status()).isEqualTo(202);
    assertThat(past.status()).isEqualTo(202);
    assertThat(edge.messages("clicks", 1)).hasSize(1);
    edge.passes(Duration.ofSeconds(31));
    assertThat(edge.messages("clicks", 1)).hasSize(1);
  }

  @Test
  void a_task_of_the_catalog_has_its_own_queue_and_version() {
    try (Edge catalog =
        Edge.of(
            "  tasks: {\"clicks.*\": {queue: clicks}, clicks.late: {queue: later, version: 4}}")) {
      catalog.post("/v1/tasks/clicks.record", "{}");
      catalog.post("/v1/tasks/clicks.late", "{}");

      assertThat(catalog.messages("clicks", 1)).hasSize(1);
      Message late = catalog.messages("later", 1).get(0);
      assertThat(late.headers().get("sluice-version")).hasToString("4");
    }
  }

  @Test
  void the_names_of_tasks_are_decoded() {
    assertThat(edge.post("/v1/tasks/clicks.a%2Bb", "{}").status()).isEqualTo(202);
    assertThat(edge.messages("sluice", 1).get(0).headers()).containsEntry("task", "clicks.a+b");
  }

  @Test
  void every_answer_is_counted_by_route_and_status() {
    edge.post("/v1/tasks/clicks.record", "{}");
    edge.post("/v1/tasks/clicks.record", "[]");

    assertThat(timed("POST /v1/tasks/{name}", "202")).isEqualTo(1);
    assertThat(timed("POST /v1/tasks/{name}", "422")).isEqualTo(1);
  }

  private long timed(String route, String status) {
    return edge.metrics
        .get("sluice.gateway.requests")
        .tags("route", route, "status", status)
        .timer()
        .count();
  }

  private String inHalfAMinute() {
    return edge.now().plusSeconds(30).atOffset(ZoneOffset.ofHours(-3)).toString();
  }

  private static void assertThatOptionsArrived(Message message, Instant sent) {
    assertThat(message.priority()).isEqualTo(3);
    assertThat(message.headers()).containsEntry("id", "order-7").containsEntry("tenant", "a b");
    assertThat(message.headers().get("sluice-version")).hasToString("2");
    assertThat(Instant.parse(String.valueOf(message.headers().get("eta"))))
        .isEqualTo(sent.plus(Duration.ofHours(1)));
    assertThat(Instant.parse(String.valueOf(message.headers().get("expires"))))
        .isEqualTo(sent.plus(Duration.ofHours(2)));
  }
}
