package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JitterTest {
  private static final Instant DUE = Instant.parse("2026-11-21T03:00:00Z");

  @Test
  void a_job_without_jitter_starts_when_it_is_due() {
    assertThat(Jitter.of(job("a"), DUE)).isZero();
  }

  @Test
  void the_same_firing_has_the_same_jitter_wherever_it_is_asked_for() {
    JobSpec job = job("a").jitter(Duration.ofMinutes(10));
    assertThat(Jitter.of(job, DUE)).isEqualTo(Jitter.of(job.kwargs(Map.of("x", 1)), DUE));
  }

  @Test
  void a_thousand_jobs_of_one_instant_are_spread_over_all_of_the_jitter() {
    Duration longest = Duration.ofSeconds(100);
    long[] inEachTenth = new long[10];
    Stream.iterate(0, i -> i + 1)
        .limit(1000)
        .map(i -> Jitter.of(job("job." + i).jitter(longest), DUE))
        .forEach(
            jitter -> {
              assertThat(jitter).isBetween(Duration.ZERO, longest);
              inEachTenth[(int) Math.min(9, jitter.toMillis() / 10_000)]++;
            });
    for (long count : inEachTenth) {
      assertThat(count).isBetween(60L, 140L);
    }
  }

  private static JobSpec job(String name) {
    return JobSpec.every(name, Duration.ofHours(1), "t", "q");
  }
}
