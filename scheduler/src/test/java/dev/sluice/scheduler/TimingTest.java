package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {

  @ParameterizedTest
  @CsvSource({
    "0 0 * * * ?,        2026-11-21T10:59:59.999Z, 2026-11-21T10:00:00Z",
    "0 0 * * * ?,        2026-11-21T11:00:00Z,     2026-11-21T11:00:00Z",
    "0 0 * * * ?,        2026-11-21T11:00:00.500Z, 2026-11-21T11:00:00Z",
    "* * 3 * * ?,        2026-11-21T09:12:13Z,     2026-11-21T03:59:59Z",
    "0 17 4 * * ?,       2026-01-01T00:00:00Z,     2025-12-31T04:17:00Z",
    "0 0 0 ? * MON,      2026-11-22T23:59:59Z,     2026-11-16T00:00:00Z",
    "0 0 12 29 2 ?,      2026-11-21T00:00:00Z,     2024-02-29T12:00:00Z",
    "0 0 6 1 1 ? 2025,   2026-11-21T00:00:00Z,     2025-01-01T06:00:00Z",
  })
  void the_newest_instant_due_by_cron(String cron, Instant time, Instant due) {
    assertThat(JobSpec.cron("job", cron, "t", "q").timing().newestDue(time)).contains(due);
  }

  @Test
  void a_cron_is_read_in_its_zone() {
    Timing timing = JobSpec.cron("job", "0 0 6 * * ?", "t", "q").zone("Asia/Tokyo").timing();
    assertThat(timing.newestDue(Instant.parse("2026-11-21T00:00:00Z")))
        .contains(Instant.parse("2026-11-20T21:00:00Z"));
  }

  @Test
  void before_its_first_instant_nothing_is_due() {
    Timing timing = JobSpec.cron("job", "0 0 6 1 1 ? 2030", "t", "q").timing();
    assertThat(timing.newestDue(Instant.parse("2026-11-21T00:00:00Z"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0/7 * * * * ?",
        "0 0/13 * * * ?",
        "30 59 23 L * ?",
        "0 0 8 ? * 2#1",
        "1 1 1 1 1 ?"
      })
  void an_instant_at_which_a_cron_is_next_due_is_its_own_newest(String cron) {
    Timing timing = JobSpec.cron("job", cron, "t", "q").timing();
    Instant before = Instant.parse("2026-11-21T00:00:00Z");
    for (int i = 0; i < 20; i++) {
      Instant due = timing.nextAfter(before).orElseThrow();
      assertThat(timing.newestDue(due)).contains(due);
      assertThat(timing.newestDue(due.minusMillis(1)).orElseThrow()).isBefore(due);
      before = due;
    }
  }

  @Test
  void an_interval_counts_from_the_epoch_whoever_asks_and_when() {
    Timing timing = JobSpec.every("job", Duration.ofMinutes(5), "t", "q").timing();
    Instant time = Instant.parse("2026-11-21T10:07:31.5Z");
    assertThat(timing.newestDue(time)).contains(Instant.parse("2026-11-21T10:05:00Z"));
    assertThat(timing.nextAfter(time)).contains(Instant.parse("2026-11-21T10:10:00Z"));
    assertThat(timing.nextAfter(Instant.parse("2026-11-21T10:10:00Z")))
        .contains(Instant.parse("2026-11-21T10:15:00Z"));
  }
}
