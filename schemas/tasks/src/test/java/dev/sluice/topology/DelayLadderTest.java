package dev.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayLadderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  @ParameterizedTest
  @CsvSource({"0,0", "-5000,0", "1,1", "1000,1", "1001,2", "5000,5"})
  void a_wait_is_rounded_up_to_whole_seconds(long millis, long seconds) {
    assertThat(DelayLadder.secondsUntil(NOW.plusMillis(millis), NOW)).isEqualTo(seconds);
  }

  @Test
  void a_wait_longer_than_28_bits_is_refused() {
    assertThat(DelayLadder.secondsUntil(NOW.plusSeconds(268_435_455), NOW)).isEqualTo(268_435_455);
    assertThatThrownBy(() -> DelayLadder.secondsUntil(NOW.plusSeconds(268_435_456), NOW))
        .hasMessageContaining("the longest delay");
  }

  @Test
  void the_key_has_28_bits_and_then_the_queue() {
    assertThat(DelayLadder.routingKey(5, "celery")).isEqualTo("0.".repeat(25) + "1.0.1.celery");
    assertThat(DelayLadder.routingKey((1L << 28) - 1, "q")).isEqualTo("1.".repeat(28) + "q");
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,1", "3,1", "4,2", "5,2", "268435455,27"})
  void a_message_enters_at_its_highest_set_bit(long seconds, int level) {
    assertThat(DelayLadder.entryLevel(seconds)).isEqualTo(level);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 60, 86_399, 268_435_455})
  void the_levels_that_a_message_waits_in_add_up_to_its_delay(long seconds) {
    String key = DelayLadder.routingKey(seconds, "some.queue");

    long waited = 0;
    for (int level = DelayLadder.entryLevel(seconds); level >= 0; level--) {
      boolean waits = topicMatches(DelayLadder.waitKey(level), key);
      assertThat(topicMatches(DelayLadder.skipKey(level), key)).isEqualTo(!waits);
      waited += waits ? DelayLadder.ttlMillis(level) : 0;
    }

    assertThat(waited).isEqualTo(seconds * 1000);
  }

  @Test
  void a_delayed_message_reaches_its_own_queue_and_no_longer_one() {
    String toOrders = DelayLadder.routingKey(7, "orders");
    String toHighOrders = DelayLadder.routingKey(7, "high.orders");

    assertThat(topicMatches(DelayLadder.deliveryKey("orders"), toOrders)).isTrue();
    assertThat(topicMatches(DelayLadder.deliveryKey("orders"), toHighOrders)).isFalse();
    assertThat(topicMatches(DelayLadder.deliveryKey("high.orders"), toHighOrders)).isTrue();
    assertThat(topicMatches("#.orders", toHighOrders)).as("why # will not do").isTrue();
  }

  /** AMQP's topic rule: {@code *} is one word, {@code #} any number of words. */
  private static boolean topicMatches(String pattern, String key) {
    String regex =
        ("." + pattern)
            .replace(".#", "(?:\\.[^.]+)*")
            .replace(".*", "\\.[^.]+")
            .replaceAll("(?<![\\\\?^\\[])\\.(?=[A-Za-z01])", "\\\\.");
    return ("." + key).matches(regex);
  }
}
