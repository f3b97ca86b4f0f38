package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefetchPaceTest {
  private static final long SECOND = 1_000_000_000;
  private static final int FULL = 200;
  private static final int ANY = Integer.MAX_VALUE;

  private final PrefetchPace pace = new PrefetchPace(FULL, 0);
  private final List<Integer> changes = new ArrayList<>();
  private int prefetch = FULL;
  private double acked;
  private long now;

  @Test
  void a_queue_that_does_more_in_a_minute_than_it_holds_is_left_alone() {
    run(300, 20, FULL);
    assertThat(changes).isEmpty();
  }

  @Test
  void a_slow_queue_holds_a_minute_of_work_and_gives_back_once() {
    run(600, 0.5, FULL);
    assertThat(changes).singleElement().satisfies(to -> assertThat(to).isBetween(25, 60));
  }

  @Test
  void a_queue_of_which_nothing_is_done_holds_one() {
    run(120, 0, FULL);
    assertThat(prefetch).isEqualTo(1);
    assertThat(changes).hasSize(1);
  }

  @Test
  void it_grows_back_when_the_pace_does() {
    run(120, 0.5, FULL);
    changes.clear();
    run(120, 20, FULL);
    assertThat(prefetch).isEqualTo(FULL);
    assertThat(changes).isSorted();
  }

  @Test
  void it_grows_back_when_the_queue_is_empty() {
    run(120, 0.1, FULL);
    assertThat(prefetch).isLessThan(20);
    run(11, 0, 0);
    assertThat(prefetch).isEqualTo(FULL);
  }

  @Test
  void attempts_that_run_long_are_no_reason_to_hold_less_than_can_run() {
    for (int second = 0; second < 300; second++) {
      look(new PrefetchPace.Look(prefetch, 0, prefetch, 10, ANY));
    }
    assertThat(prefetch).isEqualTo(10);
  }

  @Test
  void after_an_outage_it_grows_with_what_may_run() {
    prefetch = 0;
    for (int ramp = 1; ramp <= 64; ramp *= 2) {
      look(new PrefetchPace.Look(prefetch, 0, prefetch, 0, ramp));
    }
    look(new PrefetchPace.Look(prefetch, 0, prefetch, 0, ANY));
    assertThat(changes).containsExactly(1, 2, 4, 8, 16, 32, 64, FULL);
  }

  /** A queue with so much in it; so many deliveries are dealt with each second. */
  private void run(int seconds, double rate, int available) {
    for (int second = 0; second < seconds; second++) {
      acked += rate;
      look(new PrefetchPace.Look(prefetch, (long) acked, Math.min(prefetch, available), 0, ANY));
    }
  }

  private void look(PrefetchPace.Look look) {
    now += SECOND;
    int wanted = pace.wanted(look, now);
    if (wanted != prefetch) {
      changes.add(wanted);
      prefetch = wanted;
    }
  }
}
