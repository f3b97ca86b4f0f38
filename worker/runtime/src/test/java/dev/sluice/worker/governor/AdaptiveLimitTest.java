package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A database whose transactions take so long as its model says, under a virtual clock. */
class AdaptiveLimitTest {
  private static final long MILLI = 1_000_000;
  private static final int POOL = 20;

  private final AdaptiveLimit limit = new AdaptiveLimit(POOL, 0);
  private final Random random = new Random(1);
  private long now;

  @Test
  void transactions_that_take_as_long_as_ever_are_not_limited() {
    run(60, 10, 5 * MILLI);
    assertThat(limit.limit()).isEqualTo(POOL);
  }

  @Test
  void large_transactions_after_small_ones_are_no_overload() {
    run(20, 2, 2 * MILLI);
    run(20, 500, 80 * MILLI);
    run(20, 2, 2 * MILLI);
    assertThat(limit.limit()).isEqualTo(POOL);
  }

  @Test
  void a_database_that_gets_slow_gets_fewer_at_a_time_and_more_again_when_it_recovers() {
    run(20, 10, 5 * MILLI);
    run(20, 10, 200 * MILLI);
    assertThat(limit.limit()).isBetween(1, 3);
    run(60, 10, 5 * MILLI);
    assertThat(limit.limit()).isEqualTo(POOL);
  }

  @Test
  void it_never_falls_below_1_nor_is_it_above_the_pool() {
    for (int i = 0; i < 500; i++) {
      run(1, 1 + random.nextInt(500), 1 + random.nextInt(1_000) * MILLI);
      assertThat(limit.limit()).isBetween(1, POOL);
    }
  }

  @Test
  void what_stays_slow_for_long_is_the_usual_some_day() {
    run(20, 10, 5 * MILLI);
    run(900, 10, 15 * MILLI);
    assertThat(limit.limit()).isEqualTo(POOL);
  }

  /** Saturated: as many run as may. */
  private void run(int seconds, long rows, long nanos) {
    for (long end = now + seconds * 1_000_000_000L; now < end; ) {
      int running = limit.limit();
      now += Math.max(1, nanos / running);
      long took = nanos / 2 + random.nextLong(nanos);
      limit.sample(took, rows, running, now);
    }
  }
}
