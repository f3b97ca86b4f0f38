package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final Pace PACE = new Pace(500, Duration.ofSeconds(1));

  @Test
  void every_call_is_made_once_whatever_the_number_of_threads() throws Exception {
    Set<Integer> made = ConcurrentHashMap.newKeySet();

    Timings timings = OpenLoop.run(PACE, 3, number -> assertThat(made.add(number)).isTrue());

    assertThat(made).hasSize(500);
    assertThat(timings.call().getTotalCount()).isEqualTo(500);
    assertThat(timings.fromDue().getTotalCount()).isEqualTo(500);
  }

  @Test
  void a_call_that_hangs_is_seen_in_the_time_of_those_that_were_due_meanwhile() throws Exception {
    CountDownLatch never = new CountDownLatch(1);

    Timings timings =
        OpenLoop.run(
            PACE,
            1,
            number -> {
              if (number == 0) {
                assertThat(never.await(400, TimeUnit.MILLISECONDS)).isFalse();
              }
            });

    // Some 200 were due in those 0.4 s, a hundred of them in its first half.
    assertThat(timings.fromDue().getCountBetweenValues(200_000_000, Long.MAX_VALUE))
        .isBetween(95L, 500L);
    assertThat(timings.call().getCountBetweenValues(200_000_000, Long.MAX_VALUE))
        .isBetween(1L, 20L);
  }

  @Test
  void a_failing_call_ends_the_loop_with_its_exception() {
    assertThatThrownBy(
            () ->
                OpenLoop.run(
                    PACE,
                    2,
                    number -> {
                      throw new IllegalArgumentException("of call " + number);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("of call ");
  }

  @Test
  void the_tail_of_each_second_stands_alone() {
    Pace pace = new Pace(10, Duration.ofSeconds(3));
    Timings timings = new Timings(pace, 0);
    for (int number = 0; number < pace.calls(); number++) {
      long due = pace.due(number);
      timings.record(due, due + 5, due + (number / 10 + 1) * 100L);
    }

    assertThat(timings.fromDueWindows()).isEqualTo(new Timings.Spread(100, 200, 300));
    assertThat(timings.callWindows()).isEqualTo(new Timings.Spread(95, 195, 295));
  }
}
