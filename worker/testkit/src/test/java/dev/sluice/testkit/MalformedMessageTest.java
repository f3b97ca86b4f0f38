package dev.sluice.testkit;

import static dev.sluice.testkit.Samples.NOTE;
import static dev.sluice.testkit.Samples.Note;
import static dev.sluice.testkit.Samples.kinds;
import static dev.sluice.testkit.TaskOutcome.Kind.COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedMessageTest {
  private record Strict(String name) {}

  private static final TaskType<Strict> STRICT =
      TaskType.of("notes.strict", Strict.class).queue("notes").schema("strict.schema.json");

  private static final Message GOOD = Samples.message("id-1", NOTE.name());

  @RegisterExtension
  final SluiceTest sluice =
      SluiceTest.with(
          handlers ->
              handlers
                  .handle(NOTE, (note, task) -> Outcome.completed())
                  .handle(STRICT, (payload, task) -> Outcome.completed()));

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("an empty body", body(""), "body: empty"),
        Arguments.of("a body that is not JSON", body("\u0000\u0001pickle"), "not JSON"),
        Arguments.of("a body of two elements", body("[[], {}]"), "expected [args, kwargs, embed]"),
        Arguments.of("arguments that are no list", body("[{}, {}, {}]"), "body[0]"),
        Arguments.of("named arguments that are null", body("[[], null, {}]"), "body[1]"),
        Arguments.of("JSON that is nested too deeply", deep(), "nesting depth"),
        Arguments.of(
            "another content type", contentType("application/x-python-serialize"), "content_type"),
        Arguments.of(
            "a compression nobody knows", header("compression", "zstd"), "headers.compression"),
        Arguments.of(
            "a stream that is not compressed",
            header("compression", "application/x-gzip"),
            "not a zlib stream"),
        Arguments.of("no headers at all: an unknown protocol", headers(Map.of()), "protocol 2"),
        Arguments.of("Celery's protocol 1, all of it in the body", protocol1(), "protocol 2"),
        Arguments.of("no id", without(Headers.ID), "headers.id"),
        Arguments.of("a blank id", header(Headers.ID, " "), "headers.id"),
        Arguments.of("an id that is a number", header(Headers.ID, 17), "headers.id"),
        Arguments.of("a task that is a list", header(Headers.TASK, List.of("x")), "headers.task"),
        Arguments.of("retries that are text", header(Headers.RETRIES, "two"), "headers.retries"),
        Arguments.of("retries below zero", header(Headers.RETRIES, -1), "headers.retries"),
        Arguments.of("a version of zero", header(Headers.VERSION, 0), "headers.sluice-version"),
        Arguments.of("an eta that is no time", header(Headers.ETA, "tomorrow"), "headers.eta"),
        Arguments.of("an expiry that is a number", header(Headers.EXPIRES, 5), "headers.expires"),
        Arguments.of(
            "time limits that are no list", header(Headers.TIMELIMIT, 30), "headers.timelimit"),
        Arguments.of(
            "a negative time limit",
            header(Headers.TIMELIMIT, List.of(-1, -1)),
            "headers.timelimit"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void is_dead_with_its_bytes_untouched(String what, Message message, String told) {
    sluice.publish("notes", message);
    String next = sluice.enqueue(NOTE, new Note("the next one"));
    sluice.drain();

    assertThat(sluice.deadTasks()).hasSize(1);
    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.MALFORMED);
    assertThat(dead.detail()).contains(told);
    assertThat(dead.message().body()).isEqualTo(message.body());
    assertThat(dead.message().contentType()).isEqualTo(message.contentType());
    assertThat(dead.message().headers()).containsAllEntriesOf(message.headers());
    assertThat(dead.message().headers()).containsEntry(Headers.DEAD_QUEUE, "notes");
    assertThat(kinds(sluice, next)).containsExactly(COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void a_body_of_many_megabytes_is_dead_before_it_is_decoded(int megabytes) {
    sluice.publish("notes", body(" ".repeat(megabytes << 20)));
    sluice.drain();

    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.TOO_LARGE);
    assertThat(dead.message().body()).hasSize(megabytes << 20);
  }

  @Test
  void a_small_body_that_is_huge_when_decompressed_is_too_large() {
    sluice.publish("notes", bomb());
    sluice.drain();

    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.TOO_LARGE);
    assertThat(dead.detail()).contains("once decompressed");
    assertThat(dead.message().body()).isEqualTo(bomb().body());
  }

  @Test
  void an_argument_that_does_not_fit_the_record_is_named() {
    sluice.publish("notes", body("[[], {\"text\": {\"a\": 1}}, {}]"));
    sluice.drain();

    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.SCHEMA_VIOLATION);
    assertThat(dead.detail()).contains("text");
  }

  @Test
  void a_payload_that_breaks_its_schema_is_dead_before_the_handler_sees_it() {
    TaskMessage task =
        TaskMessage.builder(
                "id-1",
                STRICT.name(),
                "[[], {\"name\": \"\"}, null]".getBytes(StandardCharsets.UTF_8))
            .build();
    sluice.publish("notes", MessageCodec.encode(task));
    sluice.drain();

    DeadTask dead = sluice.deadTasks().get(0);
    assertThat(dead.reason()).isEqualTo(DeadReason.SCHEMA_VIOLATION);
    assertThat(dead.detail()).contains("body[1].name");
  }

  /** Correct but for its depth. */
  private static Message deep() {
    return body("[[], {\"text\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}, {}]");
  }

  private static Message bomb() {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(zipped)) {
      deflater.write(new byte[64 << 20]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return with(
        GOOD.contentType(),
        GOOD.withHeaders(Map.of("compression", "application/x-gzip")).headers(),
        zipped.toByteArray());
  }

  private static Message protocol1() {
    String body =
        "{\"task\": \"notes.take\", \"id\": \"id-1\", \"args\": [\"hello\"], \"kwargs\": {}, \"retries\": 0}";
    return with(GOOD.contentType(), Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static Message body(String text) {
    return with(GOOD.contentType(), GOOD.headers(), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Message contentType(String type) {
    return with(type, GOOD.headers(), GOOD.body());
  }

  private static Message header(String name, Object value) {
    return GOOD.withHeaders(Map.of(name, value));
  }

  private static Message without(String name) {
    Map<String, Object> headers = new HashMap<>(GOOD.headers());
    headers.remove(name);
    return headers(headers);
  }

  private static Message headers(Map<String, Object> headers) {
    return with(GOOD.contentType(), headers, GOOD.body());
  }

  private static Message with(String contentType, Map<String, Object> headers, byte[] body) {
    return new Message(contentType, GOOD.contentEncoding(), 0, null, null, headers, body);
  }
}
