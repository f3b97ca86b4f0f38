package dev.sluice.worker.dead;

import static dev.sluice.worker.dead.Letters.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.message.DeadReason;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterTest {
  private static final Instant LATER = NOW.plusSeconds(30);

  @Test
  void a_worker_says_everything_in_headers() {
    DeadLetter letter =
        DeadLetter.read(
            Letters.dead(Letters.task("t-1"), "RETRIES_EXHAUSTED", "java.io.IOException", NOW),
            false,
            LATER);
    assertThat(letter.taskId()).isEqualTo("t-1");
    assertThat(letter.taskName()).isEqualTo("clicks.record");
    assertThat(letter.queue()).isEqualTo("clicks");
    assertThat(letter.reason()).isEqualTo(DeadReason.RETRIES_EXHAUSTED);
    assertThat(letter.detail()).isEqualTo("failed 5 attempts");
    assertThat(letter.exception()).isEqualTo("java.io.IOException");
    assertThat(letter.stack()).contains("Some.java:1");
    assertThat(letter.causeTransient()).isTrue();
    assertThat(letter.attempts()).isEqualTo(5);
    assertThat(letter.worker()).isEqualTo("sluice@host-1");
    assertThat(letter.deadAt()).isEqualTo(NOW);
    assertThat(letter.redrive()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "expired, EXPIRED",
    "rejected, REJECTED",
    "delivery_limit, WORKER_LOST",
    "maxlen, UNROUTED"
  })
  void a_broker_says_it_in_x_death(String cause, DeadReason expected) {
    DeadLetter letter =
        DeadLetter.read(
            Letters.deadLettered(Letters.task("t-1"), "clicks", cause, "clicks", NOW),
            false,
            LATER);
    assertThat(letter.reason()).isEqualTo(expected);
    assertThat(letter.queue()).isEqualTo("clicks");
    assertThat(letter.deadAt()).isEqualTo(NOW);
    assertThat(letter.attempts()).isEqualTo(4);
    assertThat(letter.causeTransient()).isFalse();
  }

  @Test
  void a_delayed_message_without_a_queue_names_the_queue_that_it_was_meant_for() {
    String key = DelayLadder.routingKey(5, "high.orders");
    DeadLetter letter =
        DeadLetter.read(
            Letters.deadLettered(Letters.task("t-1"), "sluice_delayed_0", "expired", key, NOW),
            true,
            LATER);
    assertThat(letter.reason()).isEqualTo(DeadReason.UNROUTED);
    assertThat(letter.queue()).isEqualTo("high.orders");
    assertThat(letter.detail()).contains("high.orders");
  }

  @Test
  void bytes_that_are_no_task_are_malformed_and_known_by_queue_and_bytes() {
    DeadLetter letter = DeadLetter.read(Letters.bytes("what?"), false, LATER);
    assertThat(letter.reason()).isEqualTo(DeadReason.MALFORMED);
    assertThat(letter.detail()).contains("headers.task");
    assertThat(letter.taskId()).isNull();
    assertThat(letter.deadAt()).isEqualTo(LATER);
    assertThat(letter.key())
        .isEqualTo(DeadLetter.read(Letters.bytes("what?"), false, NOW).key())
        .isNotEqualTo(DeadLetter.read(Letters.bytes("what!"), false, NOW).key());
    Message elsewhere = Letters.bytes("what?").withHeaders(Map.of(Headers.DEAD_QUEUE, "clicks"));
    assertThat(letter.key()).isNotEqualTo(DeadLetter.read(elsewhere, false, NOW).key());
  }

  @Test
  void copies_of_a_task_have_one_key_whatever_killed_them() {
    assertThat(DeadLetter.read(Letters.dead("t-1", "REJECTED"), false, NOW).key())
        .isEqualTo(DeadLetter.read(Letters.dead("t-1", "WORKER_LOST"), false, LATER).key())
        .isNotEqualTo(DeadLetter.read(Letters.dead("t-2", "REJECTED"), false, NOW).key());
  }

  @Test
  void headers_of_any_type_and_length_fit_their_columns() {
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.DEAD_REASON, 7);
    headers.put(Headers.DEAD_DETAIL, List.of("a"));
    headers.put(Headers.DEAD_ATTEMPTS, -3L);
    headers.put(Headers.DEAD_AT, "yesterday");
    headers.put(Headers.REDRIVES, Long.MAX_VALUE);
    headers.put(Headers.TASK, "n".repeat(300));
    headers.put(Headers.DEAD_QUEUE, "q".repeat(300));
    headers.put(Headers.DEAD_STACK, "😀".repeat(20_000));
    headers.put("x-death", List.of("no map"));
    DeadLetter letter = DeadLetter.read(Letters.bytes("").withHeaders(headers), false, NOW);
    assertThat(letter.reason()).isEqualTo(DeadReason.MALFORMED);
    assertThat(letter.attempts()).isZero();
    assertThat(letter.deadAt()).isEqualTo(NOW);
    assertThat(letter.redrive()).isEqualTo(Integer.MAX_VALUE);
    assertThat(letter.taskName()).hasSize(255);
    assertThat(letter.queue()).hasSize(255);
    assertThat(letter.stack()).hasSize(16_000).endsWith("😀");
  }

  @ParameterizedTest
  @CsvSource({"9999-12-31T00:00:00.000000+00:00", "0001-01-01T00:00:00.000000+00:00"})
  void a_time_of_death_that_cannot_be_is_replaced_by_now(String time) {
    Message letter = Letters.dead("t-1", "REJECTED").withHeaders(Map.of(Headers.DEAD_AT, time));
    assertThat(DeadLetter.read(letter, false, LATER).deadAt()).isEqualTo(LATER);
  }
}
