package dev.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.task.RetryPolicy.Decision;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(
          5, Duration.ofSeconds(2), 3, Duration.ofSeconds(60), Duration.ofHours(1), Map.of());
  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };
  private static final RandomGenerator SHORTEST = () -> 0L;

  @ParameterizedTest
  @CsvSource({"1,2000", "2,6000", "3,18000", "4,54000"})
  void the_longest_delay_grows_by_the_factor(int attempt, long millis) {
    assertThat(POLICY.next(attempt, new IOException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.Retry(Duration.ofMillis(millis)));
  }

  @Test
  void the_delay_never_exceeds_the_maximum() {
    assertThat(POLICY.withMaxAttempts(9000).next(8000, new IOException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.Retry(Duration.ofSeconds(60)));
  }

  @Test
  void full_jitter_reaches_down_to_zero() {
    assertThat(POLICY.next(4, new IOException(), Duration.ZERO, SHORTEST))
        .isEqualTo(new Decision.Retry(Duration.ZERO));
  }

  @Test
  void the_last_attempt_is_not_followed_by_another() {
    assertThat(POLICY.next(5, new IOException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.GiveUp("failed 5 attempts"));
  }

  @Test
  void no_attempt_starts_after_the_time_budget() {
    assertThat(POLICY.next(1, new IOException(), Duration.ofMinutes(60), LONGEST))
        .isInstanceOf(Decision.GiveUp.class);
  }

  @Test
  void the_nearest_class_of_an_exception_decides() {
    RetryPolicy policy =
        POLICY
            .on(IOException.class, RetryPolicy.never())
            .on(SocketTimeoutException.class, POLICY.withMaxAttempts(2));

    assertThat(policy.next(1, new IOException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.GiveUp("not retried"));
    assertThat(policy.next(1, new SocketTimeoutException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.Retry(Duration.ofSeconds(2)));
    assertThat(policy.next(1, new RuntimeException(), Duration.ZERO, LONGEST))
        .isEqualTo(new Decision.Retry(Duration.ofSeconds(2)));
  }

  @Test
  void retry_after_replaces_the_delay_but_not_the_limits() {
    RetryAfter later = new RetryAfter(Duration.ofMinutes(7), "the service said so");

    assertThat(POLICY.next(1, later, Duration.ZERO, SHORTEST))
        .isEqualTo(new Decision.Retry(Duration.ofMinutes(7)));
    assertThat(POLICY.next(5, later, Duration.ZERO, SHORTEST)).isInstanceOf(Decision.GiveUp.class);
    assertThat(POLICY.next(1, later, Duration.ofMinutes(55), SHORTEST))
        .isInstanceOf(Decision.GiveUp.class);
  }

  @Test
  void by_default_a_wrong_argument_is_not_retried() {
    assertThat(RetryPolicy.DEFAULT.next(1, new NumberFormatException(), Duration.ZERO, LONGEST))
        .isInstanceOf(Decision.GiveUp.class);
  }

  @Test
  void a_policy_without_an_attempt_is_refused() {
    assertThatThrownBy(() -> RetryPolicy.attempts(0)).hasMessageContaining("at least 1");
  }
}
