package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.task.TimeLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pins the wire format of every kind of message. An old golden file is never changed. */
class GoldenFileTest {
  private static final Instant ETA = Instant.parse("2026-11-21T02:05:00.635648Z");
  private static final String ID = "019aa3f2-5c1b-7e55-8a01-3fd2a1b0c9d8";
  private static final String CHILD = "019aa3f2-5c1b-8d11-9b1c-55aa01f3c2e4";

  record Click(long user, String page) {}

  private static final byte[] BODY = new PayloadCodec().encode(new Click(7, "/home"));

  static Stream<Arguments> kinds() {
    TaskMessage plain = TaskMessage.builder(ID, "clicks.record", BODY).build();
    TaskMessage delayed = plain.toBuilder().eta(ETA).waited(ETA).build();
    return Stream.of(
        Arguments.of("plain", plain),
        Arguments.of("delayed", delayed),
        Arguments.of(
            "options",
            plain.toBuilder()
                .version(2)
                .priority(5)
                .expires(ETA.plusSeconds(60))
                .limits(new TimeLimits(Duration.ofMillis(1500), Duration.ofSeconds(30)))
                .ignoreResult(true)
                .headers(
                    Map.of(
                        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
                .build()),
        Arguments.of("retry", delayed.toBuilder().retries(1).firstAttempt(ETA).build()),
        Arguments.of(
            "follow-up",
            TaskMessage.builder(CHILD, "clicks.count", BODY).rootId(ID).parentId(ID).build()),
        Arguments.of("redrive", plain.toBuilder().redrives(2).build()),
        Arguments.of(
            "exclusive",
            plain.toBuilder()
                .headers(
                    Map.of("sluice-exclusive", "user-7", "sluice-generation", 1_766_000_000_000L))
                .build()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_message_looks_on_the_wire_as_it_always_has(String kind, TaskMessage task)
      throws IOException {
    assertThat(text(MessageCodec.encode(task))).isEqualTo(golden(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void what_was_written_is_read_back(String kind, TaskMessage task) throws MalformedMessage {
    TaskMessage read = MessageCodec.decode(MessageCodec.encode(task));

    Map<String, @Nullable Object> headers = new LinkedHashMap<>(task.headers());
    headers.put("lang", "java");
    assertThat(read).isEqualTo(task.toBuilder().headers(headers).build());
  }

  /** The message is one as Celery 5.2.6 publishes it. */
  @Test
  void a_message_of_celery_is_read_and_retried_without_loss() throws Exception {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    headers.put("lang", "py");
    headers.put("task", "tasks.add");
    headers.put("id", "6ba1c2d8-8b64-4a3f-b2f5-3a1c0a4b7f11");
    headers.put("shadow", null);
    headers.put("eta", null);
    headers.put("expires", null);
    headers.put("group", null);
    headers.put("group_index", null);
    headers.put("retries", 0);
    headers.put("timelimit", Arrays.asList(null, null));
    headers.put("root_id", "6ba1c2d8-8b64-4a3f-b2f5-3a1c0a4b7f11");
    headers.put("parent_id", null);
    headers.put("argsrepr", "(2, 3)");
    headers.put("kwargsrepr", "{}");
    headers.put("origin", "gen4242@host");
    headers.put("ignore_result", false);
    Message message =
        new Message(
            "application/json",
            "utf-8",
            0,
            "6ba1c2d8-8b64-4a3f-b2f5-3a1c0a4b7f11",
            "f3b0b1f0-7a06-3b4f-8e2b-0a3c6f6f8a11",
            headers,
            "[[2, 3], {}, {\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}]"
                .getBytes(StandardCharsets.UTF_8));

    Message retry =
        MessageCodec.encode(MessageCodec.decode(message).toBuilder().retries(1).build());

    assertThat(text(retry)).isEqualTo(golden("celery-retry"));
  }

  private static String golden(String kind) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            GoldenFileTest.class.getResourceAsStream("/golden/" + kind + ".txt"), kind)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One line for each property and header, in the order of their names, with Java's type. */
  private static String text(Message message) {
    StringBuilder text = new StringBuilder();
    text.append("content_type: ").append(message.contentType()).append('\n');
    text.append("content_encoding: ").append(message.contentEncoding()).append('\n');
    text.append("priority: ").append(message.priority()).append('\n');
    text.append("correlation_id: ").append(message.correlationId()).append('\n');
    text.append("reply_to: ").append(message.replyTo()).append('\n');
    message.headers().keySet().stream()
        .sorted()
        .forEach(
            name ->
                text.append("header ")
                    .append(name)
                    .append(": ")
                    .append(typed(message.headers().get(name)))
                    .append('\n'));
    return text.append("body: ")
        .append(new String(message.body(), StandardCharsets.UTF_8))
        .append('\n')
        .toString();
  }

  private static String typed(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(GoldenFileTest::typed).toList().toString();
    }
    return value.getClass().getSimpleName() + " " + value;
  }
}
