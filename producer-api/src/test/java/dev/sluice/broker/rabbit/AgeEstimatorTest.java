package dev.sluice.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.rabbit.AgeEstimator.Look;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How old the oldest message is, worked out from how many left and how many are there. */
class AgeEstimatorTest {
  private static final long SECOND = 1_000_000_000L;

  private final AgeEstimator estimator = new AgeEstimator();

  @Test
  void nothing_is_known_of_an_empty_queue() {
    assertThat(look(0, 0, 0)).isEmpty();
    assertThat(look(5, 100, 0)).isEmpty();
  }

  @Test
  void without_departures_the_oldest_is_as_old_as_the_first_look_that_saw_it() {
    look(0, 0, 0);
    assertThat(look(5, 0, 10)).contains(Duration.ZERO);
    assertThat(look(10, 0, 20)).contains(Duration.ofSeconds(5));
    assertThat(look(15, 0, 25)).contains(Duration.ofSeconds(10));
  }

  @Test
  void departures_make_a_younger_one_the_oldest() {
    look(0, 0, 10);
    look(5, 0, 20);
    look(10, 0, 30);
    // Ten have left: the eleventh arrived between the first look and the second.
    assertThat(look(15, 10, 20)).contains(Duration.ofSeconds(10));
    assertThat(look(20, 19, 11)).contains(Duration.ofSeconds(15));
    assertThat(look(25, 20, 10)).contains(Duration.ofSeconds(15));
    assertThat(look(30, 29, 1)).contains(Duration.ofSeconds(20));
  }

  @Test
  void a_counter_that_begins_anew_forgets_what_was_seen() {
    look(0, 1000, 10);
    assertThat(look(60, 1000, 10)).contains(Duration.ofMinutes(1));
    assertThat(look(65, 3, 10)).contains(Duration.ZERO);
    assertThat(look(70, 3, 10)).contains(Duration.ofSeconds(5));
  }

  @Test
  void a_purge_forgets_what_was_seen() {
    look(0, 0, 100_000);
    look(60, 10, 100_000);
    assertThat(look(65, 20, 50)).contains(Duration.ZERO);
  }

  @Test
  void counters_that_are_not_of_one_instant_do_not_pass_for_a_purge() {
    look(0, 0, 50_000);
    look(5, 10_000, 40_000);
    // What left within the interval is missing in the one number and in the other already.
    assertThat(look(10, 20_000, 28_000)).contains(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void the_estimate_is_never_above_the_true_age_nor_an_interval_and_a_bit_below(long seed) {
    Random random = new Random(seed);
    Deque<Long> queue = new ArrayDeque<>();
    long left = 0;
    for (int second = 0; second < 20_000; second++) {
      // Busy and idle stretches of a quarter of an hour, workers that come and go.
      int arrivals = random.nextInt(second / 900 % 2 == 0 ? 6 : 3);
      int departures = random.nextInt(second / 1300 % 3 == 0 ? 2 : 6);
      for (int i = 0; i < arrivals; i++) {
        queue.add((long) second);
      }
      for (int i = 0; i < departures && !queue.isEmpty(); i++) {
        queue.remove();
        left++;
      }
      if (second % 5 == 0) {
        Optional<Duration> age = look(second, left, queue.size());
        if (queue.isEmpty()) {
          assertThat(age).isEmpty();
        } else {
          long truth = second - queue.peek();
          assertThat(age.orElseThrow().toSeconds()).isBetween(truth - 5, truth);
        }
      }
    }
  }

  @Test
  void a_queue_that_stands_still_for_weeks_takes_bounded_memory_and_keeps_its_age() {
    Optional<Duration> age = Optional.empty();
    int looks = 300_000;
    for (int i = 0; i < looks; i++) {
      age = look(i * 5L, 0, 1 + i);
    }
    assertThat(age).contains(Duration.ofSeconds((looks - 1) * 5L));
  }

  private Optional<Duration> look(long second, long left, long present) {
    return estimator.add(new Look(second * SECOND, left, present));
  }
}
