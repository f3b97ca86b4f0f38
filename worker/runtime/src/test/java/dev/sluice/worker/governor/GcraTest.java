package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcraTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void no_window_ever_has_more_than_the_rate_and_its_tolerance(long seed) {
    Random random = new Random(seed);
    double perSecond = Math.pow(10, random.nextDouble() * 4 - 1);
    long now = random.nextLong();
    Gcra gcra = new Gcra(now);
    gcra.change(new Rate(perSecond), now);
    long start = now;
    List<Long> starts = new ArrayList<>();
    while (now - start < 60 * SECOND && starts.size() < 5000) {
      if (gcra.readyIn(now, 0) == 0) {
        gcra.charge(now, 1);
        starts.add(now - start);
      } else {
        // Bursts, lulls, and now and then exactly in time.
        now +=
            switch (random.nextInt(3)) {
              case 0 -> gcra.readyIn(now, 0);
              case 1 -> (long) (random.nextDouble() * SECOND / perSecond);
              default -> (long) (random.nextDouble() * 3 * SECOND);
            };
      }
    }
    for (int first = 0; first < starts.size(); first++) {
      for (int last = first; last < Math.min(starts.size(), first + 300); last++) {
        double window = (starts.get(last) - starts.get(first)) / (double) SECOND;
        assertThat((double) (last - first + 1))
            .as("%s tasks/s in %s s", perSecond, window)
            .isLessThanOrEqualTo((window + 0.1) * perSecond + 1.001);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 3, 70, 9_000})
  void whoever_comes_late_by_less_than_the_tolerance_loses_nothing(double perSecond) {
    Random random = new Random(7);
    Gcra gcra = new Gcra(0);
    gcra.change(new Rate(perSecond), 0);
    long now = 0;
    int tasks = (int) (100 * perSecond) + 100;
    for (int i = 0; i < tasks; i++) {
      now += gcra.readyIn(now, 0);
      gcra.charge(now, 1);
      if (gcra.readyIn(now, 0) > 0) {
        now += gcra.readyIn(now, 0) + (long) (random.nextDouble() * 0.09 * SECOND);
      }
    }
    assertThat(tasks / (now / (double) SECOND)).isBetween(perSecond * 0.98, perSecond * 1.02);
  }

  @Test
  void a_batch_is_let_through_whole_and_every_task_of_it_is_charged() {
    Gcra gcra = new Gcra(0);
    gcra.change(new Rate(10), 0);
    assertThat(gcra.readyIn(0, 0)).isZero();
    gcra.charge(0, 50);
    assertThat(gcra.readyIn(0, 0)).isEqualTo(5 * SECOND - Gcra.TOLERANCE.toNanos());
  }

  @Test
  void a_limit_that_is_raised_amid_a_burst_lets_those_who_wait_through_sooner() {
    Gcra gcra = new Gcra(0);
    gcra.change(Rate.parse("1/h"), 0);
    gcra.charge(0, 1);
    assertThat(gcra.readyIn(0, 0)).isGreaterThan(3500 * SECOND);
    gcra.change(Rate.parse("10/s"), 0);
    assertThat(gcra.readyIn(0, 0)).isLessThanOrEqualTo(SECOND / 10);
    gcra.change(null, 0);
    assertThat(gcra.readyIn(0, 1000)).isZero();
  }

  @Test
  void those_who_are_put_off_come_back_at_the_pace_of_the_rate() {
    Gcra gcra = new Gcra(0);
    gcra.change(Rate.parse("2/s"), 0);
    gcra.charge(0, 20);
    long turn = gcra.readyIn(0, 0);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      pauses.add(gcra.putOff(0, turn, 1));
    }
    assertThat(pauses.get(0)).isEqualTo(Duration.ofNanos(turn));
    assertThat(pauses.get(10).minus(pauses.get(0))).isEqualTo(Duration.ofSeconds(5));
    assertThat(pauses.get(599)).isEqualTo(Gcra.LONGEST_PAUSE);
  }
}
