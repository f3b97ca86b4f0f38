package dev.sluice.worker.longtask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LaneAtTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void the_first_step_makes_the_rate() {
    assertThat(at(0, 0).rateAfter(100, START.plusSeconds(2))).isEqualTo(50);
  }

  @Test
  void the_second_step_counts_as_much_as_the_first() {
    assertThat(at(1, 50).rateAfter(100, START.plusSeconds(1))).isEqualTo(75, within(0.001));
  }

  @Test
  void a_step_among_many_counts_by_the_time_that_it_took() {
    assertThat(at(1000, 50).rateAfter(10, START.plusMillis(100)))
        .isEqualTo(50 + (1 - Math.exp(-0.1 / 15)) * 50, within(0.001));
    assertThat(at(1000, 50).rateAfter(100, START.plusSeconds(1000))).isEqualTo(0.1, within(0.001));
  }

  @Test
  void a_clock_that_was_set_back_makes_no_negative_rate() {
    assertThat(at(5, 10).rateAfter(10, START.minusSeconds(60))).isPositive();
  }

  private static LaneAt at(int step, double rate) {
    return new LaneAt("docs", new byte[0], State.RUNNING, Slice.ALL, step, 0, false, rate, START);
  }
}
