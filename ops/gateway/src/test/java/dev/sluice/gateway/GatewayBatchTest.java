package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GatewayBatchTest {
  private final Edge edge = Edge.of("  maxBatch: 10\n  maxBatchBytes: 2048\n");

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_batch_that_is_taken_whole_is_202_with_an_id_for_each() {
    Answer answer =
        edge.post(
            "/v1/tasks",
            """
            [{"name": "clicks.record", "kwargs": {"user": 1}},
             {"name": "clicks.record", "kwargs": {"user": 2}, "queue": "clicks", "priority": 4,
              "version": 2, "task_id": "order-7", "headers": {"tenant": "a"}},
             {"name": "clicks.record"}]
            """);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.json().path("accepted").intValue()).isEqualTo(3);
    assertThat(answer.json().path("refused").intValue()).isZero();
    assertThat(item(answer, 1).path("task_id").stringValue()).isEqualTo("order-7");
    assertThat(edge.messages("sluice", 2))
        .extracting(Edge::body)
        .first()
        .asString()
        .contains("{\"user\":1}");
    assertThat(edge.messages("clicks", 1).get(0).headers())
        .containsEntry("tenant", "a")
        .containsEntry("id", "order-7");
  }

  @Test
  void each_task_of_a_batch_is_taken_or_refused_by_itself() {
    Answer answer =
        edge.post(
            "/v1/tasks",
            """
            [{"name": "clicks.a", "kwargs": {"n": 1}},
             {"name": "invoices.create", "kwargs": {}},
             {"name": "clicks.b", "kwargs": [1]},
             {"name": "clicks.c", "delay": "soon"},
             7,
             {"kwargs": {}},
             {"name": "clicks.d", "header.id": "x"},
             {"name": "clicks.e", "headers": {"id": "x"}},
             {"name": "clicks.f", "kwargs": {"n": 2}}]
            """);

    assertThat(answer.status()).isEqualTo(207);
    assertThat(statuses(answer)).isEqualTo("202 403 422 422 422 422 422 422 202");
    assertThat(paths(answer))
        .isEqualTo("- $[1].name $[2].kwargs $[3].delay $[4] $[5].name $[6]['header.id'] options -");
    assertThat(answer.json().path("accepted").intValue()).isEqualTo(2);
    assertThat(answer.json().path("refused").intValue()).isEqualTo(7);
    assertThat(edge.messages("sluice", 2)).hasSize(2);
  }

  @Test
  void a_task_that_the_closed_list_leaves_out_is_404_in_a_batch_too() {
    try (Edge closed = Edge.of("  tasks: {clicks.record: {}}")) {
      Answer answer = closed.post("/v1/tasks", "[{\"name\": \"clicks.other\"}]");

      assertThat(answer.status()).isEqualTo(207);
      assertThat(statuses(answer)).isEqualTo("404");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                    | 422 | $
          []                    | 422 | $
          ``                    | 400 | $
          [{"name": "a",}]      | 400 | $[0].name
          [{"name": "a"}        | 400 | $[0]
          [{"name": 1, "name": 2}] | 400 | $[0].name
          [1,1,1,1,1,1,1,1,1,1,1]  | 413 | $
          """)
  void a_batch_that_is_none_is_refused_whole(String body, int status, String path) {
    Answer answer = edge.post("/v1/tasks", body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    assertThat(answer.path()).isEqualTo(path);
  }

  @Test
  void a_batch_over_the_limit_of_bytes_is_413() {
    Answer answer = edge.post("/v1/tasks", "[" + " ".repeat(3000) + "]");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.reason()).contains("2048 bytes");
  }

  @Test
  void what_is_away_for_one_task_is_not_tried_for_each_that_follows() {
    edge.broker.block();
    String batch =
        IntStream.range(0, 10)
            .mapToObj(i -> "{\"name\": \"clicks.record\"}")
            .collect(Collectors.joining(",", "[", "]"));

    long start = System.nanoTime();
    Answer answer = edge.post("/v1/tasks", batch);

    assertThat(answer.status()).isEqualTo(207);
    assertThat(statuses(answer)).isEqualTo("503 ".repeat(10).strip());
    assertThat(answer.header("Retry-After")).isPresent();
    // One wait of half a second, not ten.
    assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
  }

  private static JsonNode item(Answer answer, int index) {
    return answer.json().path("items").path(index);
  }

  private static String statuses(Answer answer) {
    return items(answer)
        .mapToObj(i -> String.valueOf(item(answer, i).path("status").intValue()))
        .collect(Collectors.joining(" "));
  }

  private static String paths(Answer answer) {
    return items(answer)
        .mapToObj(
            i -> item(answer, i).path("problem").path("errors").path(0).path("path").asString("-"))
        .collect(Collectors.joining(" "));
  }

  private static IntStream items(Answer answer) {
    return IntStream.range(0, answer.json().path("items").size());
  }
}
