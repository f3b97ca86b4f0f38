package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayIdempotencyTest {
  private final Edge edge = Edge.open();

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void a_repeated_request_enqueues_nothing_and_is_told_the_first_task() {
    Answer first = post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1");
    Answer second = post("/v1/tasks/clicks.record", "{ \"n\" : 1 }", "\"key-1\"");

    assertThat(first.status()).isEqualTo(202);
    assertThat(first.json().path("new").booleanValue()).isTrue();
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.json().path("new").booleanValue()).isFalse();
    assertThat(id(second)).isEqualTo(id(first));
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    assertThat(edge.messages("sluice", 1)).hasSize(1);
  }

  @Test
  void the_same_key_with_another_body_is_422() {
    post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1");

    Answer other = post("/v1/tasks/clicks.record", "{\"n\": 2}", "key-1");

    assertThat(other.status()).isEqualTo(422);
    assertThat(other.problem()).isEqualTo("idempotency-key-reused");
    assertThat(other.path()).isEqualTo("header.Idempotency-Key");
    assertThat(edge.messages("sluice", 1)).hasSize(1);
  }

  @Test
  void a_key_is_its_task_s_alone() {
    Answer one = post("/v1/tasks/clicks.one", "{\"n\": 1}", "key-1");
    Answer two = post("/v1/tasks/clicks.two", "{\"n\": 2}", "key-1");

    assertThat(two.json().path("new").booleanValue()).isTrue();
    assertThat(id(two)).isNotEqualTo(id(one));
  }

  @Test
  void a_key_is_its_token_s_alone() {
    Answer shop = post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1");
    Answer office =
        edge.post(
            "/v1/tasks/clicks.record",
            "{\"n\": 2}",
            request ->
                request
                    .setHeader("Authorization", "Bearer " + Edge.OTHER_TOKEN)
                    .header("Idempotency-Key", "key-1"));

    assertThat(office.json().path("new").booleanValue()).isTrue();
    assertThat(id(office)).isNotEqualTo(id(shop));
  }

  @Test
  void after_its_window_a_key_stands_for_another_task() {
    Answer first = post("/v1/tasks/clicks.record?window=1h", "{\"n\": 1}", "key-1");
    edge.passes(Duration.ofMinutes(61));
    Answer later = post("/v1/tasks/clicks.record?window=1h", "{\"n\": 2}", "key-1");

    assertThat(later.json().path("new").booleanValue()).isTrue();
    assertThat(id(later)).isNotEqualTo(id(first));
  }

  @Test
  void of_many_requests_at_once_one_makes_the_task() {
    List<CompletableFuture<Answer>> all =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1")))
            .toList();

    List<Answer> answers = all.stream().map(CompletableFuture::join).toList();

    assertThat(answers).extracting(Answer::status).containsOnly(202);
    assertThat(answers.stream().map(GatewayIdempotencyTest::id).distinct()).hasSize(1);
    assertThat(answers.stream().filter(a -> a.json().path("new").booleanValue())).hasSize(1);
  }

  @Test
  void a_key_whose_task_was_not_stored_is_free_again() {
    edge.broker.block();
    assertThat(post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1").status()).isEqualTo(503);
    edge.broker.unblock();

    Answer again = post("/v1/tasks/clicks.record", "{\"n\": 1}", "key-1");

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().path("new").booleanValue()).isTrue();
  }

  @Test
  void a_task_of_a_batch_may_have_a_key() {
    String item =
        "{\"name\":\"clicks.record\",\"kwargs\":{\"n\":%d},\"idempotency_key\":\"key-1\"}";
    Answer answer =
        edge.post(
            "/v1/tasks",
            "[" + item.formatted(1) + "," + item.formatted(1) + "," + item.formatted(2) + "]");

    assertThat(answer.status()).isEqualTo(207);
    assertThat(answer.json().at("/items/0/new").booleanValue()).isTrue();
    assertThat(answer.json().at("/items/1/new").booleanValue()).isFalse();
    assertThat(answer.json().at("/items/1/task_id"))
        .isEqualTo(answer.json().at("/items/0/task_id"));
    assertThat(answer.json().at("/items/2/status").intValue()).isEqualTo(422);
    assertThat(answer.json().at("/items/2/problem/errors/0/path").stringValue())
        .isEqualTo("$[2].idempotency_key");
  }

  @ParameterizedTest
  @CsvSource({
    "task_id=order-7, 400, header.Idempotency-Key",
    "window=0s, 400, query.window",
    "window=31d, 400, query.window",
    "window=29d&delay=2d, 422, options"
  })
  void a_key_with_options_that_it_cannot_have_is_refused(String query, int status, String path) {
    Answer answer = post("/v1/tasks/clicks.record?" + query, "{}", "key-1");

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    assertThat(answer.path()).isEqualTo(path);
  }

  private Answer post(String path, String body, String key) {
    return edge.post(path, body, request -> request.header("Idempotency-Key", key));
  }

  private static String id(Answer answer) {
    return answer.json().path("task_id").stringValue();
  }

  @Test
  void an_outcome_that_is_unknown_is_to_be_repeated_with_the_key() {
    edge.broker.loseConfirms(true);
    Answer unknown = post("/v1/tasks/clicks.record", "{}", "key-1");

    assertThat(unknown.problem()).isEqualTo("outcome-unknown");
    assertThat(unknown.json().path("detail").stringValue())
        .contains("same idempotency key")
        .doesNotContain("query parameter");
    edge.broker.loseConfirms(false);
    Answer repeated = post("/v1/tasks/clicks.record", "{}", "key-1");
    assertThat(repeated.status()).isEqualTo(202);
    assertThat(id(repeated)).isEqualTo(id(unknown));
  }

  /** It can be computed from another's key, whose task the inbox would then take for a copy. */
  @Test
  void a_task_id_that_stands_for_a_key_cannot_be_chosen() {
    String id = id(post("/v1/tasks/clicks.record", "{}", "key-1"));

    for (String chosen : List.of(id, id.toUpperCase(Locale.ROOT))) {
      Answer answer = edge.post("/v1/tasks/clicks.record?task_id=" + chosen, "{}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.path()).isEqualTo("query.task_id");
    }
  }
}
