package dev.sluice.worker.longtask;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepRateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  private final StepRate rate = new StepRate(nanos::get);

  @Test
  void turns_are_as_far_apart_as_the_units_of_the_one_before() {
    assertThat(rate.take(500, 1000, PATIENCE)).isZero();
    assertThat(rate.take(500, 1000, PATIENCE)).isEqualTo(Duration.ofMillis(500));
    assertThat(rate.take(500, 1000, PATIENCE)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void a_turn_that_is_too_far_away_is_not_taken() {
    rate.take(3000, 1000, PATIENCE);
    assertThat(rate.take(500, 1000, PATIENCE)).isEqualTo(Duration.ofSeconds(3));
    assertThat(rate.take(500, 1000, PATIENCE))
        .as("nobody has taken it")
        .isEqualTo(Duration.ofSeconds(3));
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(rate.take(500, 1000, PATIENCE)).isZero();
  }

  @Test
  void time_in_which_nothing_was_done_is_not_saved_up() {
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    rate.take(500, 1000, PATIENCE);
    assertThat(rate.take(500, 1000, PATIENCE)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void what_was_not_used_is_given_back() {
    rate.take(500, 1000, PATIENCE);
    rate.giveBack(400, 1000);
    assertThat(rate.take(500, 1000, PATIENCE)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void without_a_limit_every_turn_is_now() {
    rate.take(Integer.MAX_VALUE, 0, PATIENCE);
    assertThat(rate.take(1, 0, PATIENCE)).isZero();
    assertThat(rate.take(1, 1000, PATIENCE)).isZero();
  }
}
