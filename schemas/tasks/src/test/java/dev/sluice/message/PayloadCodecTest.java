package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.task.TaskType;
import dev.sluice.task.TimeLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadCodecTest {
  record Order(long id, String note, int count, List<String> tags) {}

  private static final TaskType<Order> ORDER = TaskType.of("orders.place", Order.class);
  private final PayloadCodec codec = new PayloadCodec();

  @Test
  void a_payload_survives_the_wire() throws MalformedMessage {
    Order order = new Order(Long.MAX_VALUE, "Größe \uD83D\uDE00", -1, List.of("a", "b"));

    assertThat(decode(ORDER, new String(codec.encode(order), StandardCharsets.UTF_8)))
        .isEqualTo(order);
  }

  @Test
  void positional_arguments_fill_components_in_order() throws MalformedMessage {
    assertThat(decode(ORDER, "[[7, \"n\"], {\"count\": 2, \"tags\": []}, null]"))
        .isEqualTo(new Order(7, "n", 2, List.of()));
  }

  @Test
  void unknown_arguments_are_ignored_and_missing_ones_get_defaults() throws MalformedMessage {
    assertThat(decode(ORDER, "[[], {\"id\": 7, \"colour\": \"red\"}, {}]"))
        .isEqualTo(new Order(7, null, 0, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|body: empty",
        "not json|body: not JSON",
        "{}|body: expected [args, kwargs, embed]",
        "[[], {}]|body: expected [args, kwargs, embed]",
        "[{}, {}, {}]|body[0]",
        "[[], null, {}]|body[1]",
        "[[], {}, 5]|body[2]",
        "[[1,\"a\",2,[],5], {}, {}]|body[0]",
        "[[1], {\"id\": 2}, {}]|body[0][0]",
        "[[], {\"id\": \"seven\"}, {}]|body[1].id",
        "[[], {\"tags\": [{}]}, {}]|body[1].tags[0]",
        "[[], {\"note\": {\"__type__\": \"pickle\", \"__value__\": \"x\"}}, {}]|body: unknown",
      })
  void what_is_wrong_is_named(String body, String message) {
    assertThatThrownBy(() -> decode(ORDER, body))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void nesting_deeper_than_100_is_refused() {
    String deep = "[[], {\"note\": " + "[".repeat(200) + "]".repeat(200) + "}, {}]";

    assertThatThrownBy(() -> decode(ORDER, deep)).hasMessageContaining("not JSON");
  }

  @Test
  void a_body_over_the_limit_is_refused_before_it_is_parsed() {
    assertThatThrownBy(() -> decode(ORDER, "x".repeat(PayloadCodec.DEFAULT_MAX_BYTES + 1)))
        .hasMessageContaining("at most 1048576 bytes");
  }

  @Test
  void what_python_compresses_is_read() throws Exception {
    TaskMessage message = compressed("[[], {\"id\": 5}, {}]");

    assertThat(codec.payload(ORDER, codec.parse(message)).id()).isEqualTo(5);
  }

  @Test
  void a_small_body_that_inflates_beyond_the_limit_is_refused() throws Exception {
    TaskMessage bomb = compressed(" ".repeat(PayloadCodec.DEFAULT_MAX_BYTES + 1));

    assertThatThrownBy(() -> codec.parse(bomb)).hasMessageContaining("once decompressed");
  }

  @Test
  void another_content_type_or_compression_is_refused() {
    assertThatThrownBy(() -> codec.parse(message("x", "application/x-python-serialize", Map.of())))
        .hasMessageStartingWith("content_type");
    assertThatThrownBy(
            () ->
                codec.parse(
                    message("x", "application/json", Map.of("compression", "application/zstd"))))
        .hasMessageStartingWith("headers.compression");
  }

  @Test
  void an_ordinary_body_is_read_straight_and_says_the_same() throws MalformedMessage {
    for (String body :
        List.of(
            "[[], {\"id\": 7, \"note\": \"Größe\", \"count\": 2, \"tags\": [\"a\"]}, {}]",
            "[[], {\"id\": 7, \"x\": [{\"y\": 1}], \"count\": null}, {\"chain\": [[1]]}]",
            " [[],{},null] ")) {
      TaskMessage message = message(body, "application/json", Map.of());
      assertThat(codec.payload(ORDER, message))
          .isNotNull()
          .isEqualTo(codec.payload(ORDER, codec.parse(message)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[7], {}, {}]",
        "[[], {\"note\": {\"__type__\": \"date\", \"__value__\": \"x\"}}, {}]",
        "[[], {\"note\": {\"\\u005f_type__\": \"date\", \"__value__\": \"x\"}}, {}]",
        "[[], {\"id\": 1, \"id\": 2}, {}]",
        "[[], {\"id\": \"seven\"}, {}]",
        "[[], {}, 5]",
        "[[], {}, {}, {}]",
        "[[], {}, {}] []",
        "[[], {}, {}",
        "[[], null, {}]",
        "''",
      })
  void any_other_body_is_left_to_the_tree(String body) {
    assertThat(codec.payload(ORDER, message(body, "application/json", Map.of()))).isNull();
  }

  @Test
  void a_message_that_is_not_plain_json_is_left_to_the_tree() throws Exception {
    assertThat(codec.payload(ORDER, compressed("[[], {}, {}]"))).isNull();
    assertThat(codec.payload(ORDER, message("[[], {}, {}]", "text/plain", Map.of()))).isNull();
  }

  record Amount(BigDecimal value) {}

  @Test
  void every_digit_of_a_decimal_survives_as_a_named_and_as_a_positional_argument()
      throws MalformedMessage {
    TaskType<Amount> type = TaskType.of("amount", Amount.class);
    BigDecimal digits = new BigDecimal("12345678901234567890.12345678901234567890");

    assertThat(decode(type, "[[], {\"value\": " + digits + "}, {}]").value()).isEqualTo(digits);
    assertThat(decode(type, "[[" + digits + "], {}, {}]").value()).isEqualTo(digits);
  }

  record Typed(Instant at, BigDecimal price, UUID key, byte[] bytes, double ratio) {}

  @Test
  void values_that_kombu_wraps_are_unwrapped() throws MalformedMessage {
    Typed typed =
        decode(
            TaskType.of("typed", Typed.class),
            """
            [[], {"at": {"__type__": "datetime", "__value__": "2026-11-21T02:05:00.5+00:00"},
                  "price": {"__type__": "decimal", "__value__": "1.10"},
                  "key": {"__type__": "uuid",
                          "__value__": {"hex": "0190163d8694739b8ea6c46c1a1a5a9c"}},
                  "bytes": {"__type__": "bytes", "__value__": "hi"},
                  "ratio": NaN}, {}]
            """);

    assertThat(typed.at()).isEqualTo(Instant.parse("2026-11-21T02:05:00.5Z"));
    assertThat(typed.price()).isEqualTo(new BigDecimal("1.10"));
    assertThat(typed.key()).hasToString("0190163d-8694-739b-8ea6-c46c1a1a5a9c");
    assertThat(typed.bytes()).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
    assertThat(typed.ratio()).isNaN();
  }

  private <P extends Record> P decode(TaskType<P> type, String body) throws MalformedMessage {
    return codec.payload(type, codec.parse(message(body, "application/json", Map.of())));
  }

  private static TaskMessage message(String body, String contentType, Map<String, Object> headers) {
    return new TaskMessage(
        "1",
        "t",
        1,
        0,
        null,
        null,
        null,
        TimeLimits.NONE,
        "1",
        null,
        false,
        null,
        0,
        0,
        null,
        new HashMap<>(headers),
        contentType,
        "utf-8",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static TaskMessage compressed(String body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    TaskMessage plain =
        message("", "application/json", Map.of("compression", "application/x-gzip"));
    return new TaskMessage(
        "1",
        "t",
        1,
        0,
        null,
        null,
        null,
        plain.limits(),
        "1",
        null,
        false,
        null,
        0,
        0,
        null,
        plain.headers(),
        plain.contentType(),
        plain.contentEncoding(),
        bytes.toByteArray());
  }
}
