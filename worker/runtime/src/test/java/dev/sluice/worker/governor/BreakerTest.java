package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long SECOND = 1_000_000_000;

  private final Breaker breaker = new Breaker(new Random(1));

  @Test
  void one_broken_connection_opens_nothing_when_the_probe_succeeds() {
    assertThat(breaker.suspect("connection lost", 0)).isTrue();
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.untilProbe(0)).isZero();
    assertThat(breaker.suspect("connection lost", 0)).as("told once").isFalse();

    breaker.probed(null, 1);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.untilProbe(1)).isEqualTo(Breaker.NEVER);
    assertThat(breaker.limit()).isEqualTo(Breaker.UNLIMITED);
  }

  @Test
  void while_it_is_open_it_is_probed_every_1_to_5_s_and_lets_nothing_through() {
    breaker.suspect("connection lost", 0);
    breaker.probed("refused", 0);
    long now = 0;
    for (int probe = 0; probe < 100; probe++) {
      assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
      assertThat(breaker.limit()).isZero();
      assertThat(breaker.why()).isEqualTo("refused");
      assertThat(Duration.ofNanos(breaker.untilProbe(now)))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
      now += breaker.untilProbe(now);
      assertThat(breaker.untilProbe(now)).isZero();
      breaker.probed("refused", now);
    }
  }

  @Test
  void it_lets_1_2_4_and_so_on_through_before_it_closes() {
    breaker.suspect("connection lost", 0);
    breaker.probed("refused", 0);
    breaker.probed(null, 5 * SECOND);
    List<Integer> limits = new ArrayList<>();
    long now = 5 * SECOND;
    while (breaker.state() == BreakerState.RAMPING) {
      limits.add(breaker.limit());
      assertThat(breaker.why()).isNull();
      breaker.step(now);
      now += breaker.untilStep(now);
      breaker.step(now);
    }
    assertThat(limits).containsExactly(1, 2, 4, 8, 16, 32, 64);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    assertThat(breaker.limit()).isEqualTo(Breaker.UNLIMITED);
  }

  @Test
  void a_failure_while_it_ramps_up_opens_it_again() {
    breaker.suspect("connection lost", 0);
    breaker.probed("refused", 0);
    breaker.probed(null, SECOND);
    assertThat(breaker.suspect("lost again", SECOND)).isTrue();
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.why()).isEqualTo("lost again");
  }
}
