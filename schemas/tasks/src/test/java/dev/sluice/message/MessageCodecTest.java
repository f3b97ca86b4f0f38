package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.task.TimeLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {

  @Test
  void headers_that_a_broker_added_are_not_published_again() throws MalformedMessage {
    Message delivered =
        message(
            Map.of(
                "task",
                "t",
                "id",
                "1",
                "x-death",
                List.of(Map.of("count", 1L)),
                "x-delivery-count",
                3L,
                "x-mine",
                "kept"));

    Message again = MessageCodec.encode(MessageCodec.decode(delivered));

    assertThat(again.headers()).doesNotContainKeys("x-death", "x-delivery-count");
    assertThat(again.headers()).containsEntry("x-mine", "kept");
    assertThat(delivered.withoutBrokerHeaders().headers()).containsOnlyKeys("task", "id", "x-mine");
  }

  @Test
  void a_retry_changes_only_what_it_must() throws MalformedMessage {
    Map<String, @Nullable Object> headers = new HashMap<>();
    headers.put("task", "t");
    headers.put("id", "1");
    headers.put("lang", "py");
    headers.put("stamps", Map.of("team", "a"));
    headers.put("group", null);
    headers.put("timelimit", Arrays.asList(10, null));
    headers.put("retries", 2);
    Message delivered = message(headers);

    Message retry =
        MessageCodec.encode(MessageCodec.decode(delivered).toBuilder().retries(3).build());

    assertThat(retry.headers())
        .containsEntry("retries", 3)
        .containsEntry("lang", "py")
        .containsEntry("stamps", Map.of("team", "a"))
        .containsEntry("group", null)
        .containsEntry("timelimit", Arrays.asList(10, null));
    assertThat(retry.body()).isSameAs(delivered.body());
  }

  @Test
  void a_message_with_only_a_task_and_an_id_is_enough() throws MalformedMessage {
    TaskMessage task = MessageCodec.decode(message(Map.of("task", "t", "id", "1")));

    assertThat(task.retries()).isZero();
    assertThat(task.version()).isEqualTo(1);
    assertThat(task.rootId()).isEqualTo("1");
    assertThat(task.limits()).isEqualTo(TimeLimits.NONE);
    assertThat(task.contentType()).isEqualTo("application/json");
  }

  @Test
  void fractions_of_seconds_in_time_limits_survive() throws MalformedMessage {
    TaskMessage task =
        MessageCodec.decode(message(Map.of("task", "t", "id", "1", "timelimit", List.of(2.5, 1))));

    assertThat(task.limits())
        .isEqualTo(new TimeLimits(Duration.ofSeconds(1), Duration.ofMillis(2500)));
    assertThat(MessageCodec.encode(task).headers()).containsEntry("timelimit", List.of(2.5, 1));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_wrong_is_named(String path, Map<String, @Nullable Object> headers) {
    assertThatThrownBy(() -> MessageCodec.decode(message(headers)))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageStartingWith(path + ": ");
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("headers.task", Map.of("id", "1")),
        Arguments.of("headers.task", Map.of("task", 7, "id", "1")),
        Arguments.of("headers.task", Map.of("task", " ", "id", "1")),
        Arguments.of("headers.id", Map.of("task", "t")),
        Arguments.of("headers.id", Map.of("task", "t", "id", 5L)),
        Arguments.of("headers.retries", Map.of("task", "t", "id", "1", "retries", "many")),
        Arguments.of("headers.retries", Map.of("task", "t", "id", "1", "retries", -1)),
        Arguments.of("headers.retries", Map.of("task", "t", "id", "1", "retries", 1L << 40)),
        Arguments.of("headers.eta", Map.of("task", "t", "id", "1", "eta", "soon")),
        Arguments.of("headers.eta", Map.of("task", "t", "id", "1", "eta", 1795226835)),
        Arguments.of("headers.expires", Map.of("task", "t", "id", "1", "expires", "")),
        Arguments.of("headers.timelimit", Map.of("task", "t", "id", "1", "timelimit", 5)),
        Arguments.of("headers.timelimit", Map.of("task", "t", "id", "1", "timelimit", List.of(1))),
        Arguments.of(
            "headers.timelimit", Map.of("task", "t", "id", "1", "timelimit", List.of("1", "2"))),
        Arguments.of(
            "headers.ignore_result", Map.of("task", "t", "id", "1", "ignore_result", "yes")),
        Arguments.of("headers.sluice-version", Map.of("task", "t", "id", "1", "sluice-version", 0)),
        Arguments.of("headers.root_id", Map.of("task", "t", "id", "1", "root_id", true)));
  }

  private static Message message(Map<String, ? extends @Nullable Object> headers) {
    return new Message(
        "application/json",
        "utf-8",
        0,
        null,
        null,
        new HashMap<>(headers),
        "[[],{},{}]".getBytes(StandardCharsets.UTF_8));
  }
}
