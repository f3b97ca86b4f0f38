package dev.sluice.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPaceTest {
  private static final BatchLimits LIMITS = new BatchLimits(1000, Duration.ofMillis(50), 1);

  private final BatchPace pace = new BatchPace(LIMITS);

  @Test
  void it_begins_small_and_grows_to_the_most() {
    assertThat(pace.rows(0)).isEqualTo(100);
    batches(50, 2);
    assertThat(pace.rows(0)).isEqualTo(1000);
  }

  @Test
  void a_batch_that_takes_longer_than_it_should_halves_the_next_ones() {
    batches(50, 2);
    batch(51);
    assertThat(pace.rows(0)).isEqualTo(500);
    batches(20, 51);
    assertThat(pace.rows(0)).isEqualTo(BatchPace.SMALLEST);
  }

  @Test
  void a_batch_that_takes_much_longer_than_others_of_its_size_is_slow_too() {
    batches(50, 4);
    batch(11);
    assertThat(pace.rows(0)).isEqualTo(500);
  }

  @Test
  void it_grows_back_when_the_database_is_itself_again() {
    batches(50, 4);
    batches(30, 200);
    assertThat(pace.rows(0)).isEqualTo(BatchPace.SMALLEST);
    // The commit alone takes as long as a thousand rows did: that is no reason to stay small.
    batches(40, 8);
    assertThat(pace.rows(0)).isEqualTo(1000);
  }

  @Test
  void what_is_slow_for_an_hour_is_not_usual_after_it() {
    batches(50, 4);
    for (int i = 0; i < 100; i++) {
      pace.after(1000, Duration.ofMillis(40).toNanos());
    }
    assertThat(pace.rows(0)).isEqualTo(BatchPace.SMALLEST);
  }

  @Test
  void it_rests_as_long_as_a_batch_took_and_longer_when_that_was_slow() {
    assertThat(pace.after(100, Duration.ofMillis(10).toNanos())).isEqualTo(Duration.ofMillis(10));
    assertThat(pace.after(100, Duration.ofMillis(60).toNanos())).isEqualTo(Duration.ofMillis(240));
    assertThat(pace.after(100, Duration.ofMinutes(1).toNanos())).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_batch_is_half_of_a_tenth_of_a_second_of_the_ceiling() {
    assertThat(pace.rows(1000)).isEqualTo(50);
    assertThat(pace.rows(3)).isEqualTo(1);
  }

  @Test
  void limits_below_what_is_usual_are_kept() {
    BatchPace small = new BatchPace(LIMITS.rows(3));
    assertThat(small.rows(0)).isEqualTo(3);
    small.after(3, Duration.ofSeconds(1).toNanos());
    assertThat(small.rows(0)).isEqualTo(3);
  }

  @Test
  void every_default_is_the_documented_one() {
    assertThat(BatchLimits.DEFAULTS).isEqualTo(new BatchLimits(1000, Duration.ofMillis(20), 2));
  }

  private void batches(int count, int millis) {
    for (int i = 0; i < count; i++) {
      batch(millis);
    }
  }

  private void batch(int millis) {
    pace.after(pace.rows(0), Duration.ofMillis(millis).toNanos());
  }
}
