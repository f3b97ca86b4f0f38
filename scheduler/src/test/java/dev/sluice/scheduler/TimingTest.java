package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The clocks go forward: once, when they do.
        "Europe/Berlin | 30 2 * * *       | 2026-03-28T01:30 2026-03-29T01:00 2026-03-30T00:30",
        "Europe/Berlin | 0,30 2-3 * * *   | 2026-03-28T02:30 2026-03-29T01:00 2026-03-29T01:30",
        "Antarctica/Troll | 30 1,2 * * *  | 2026-03-28T02:30 2026-03-29T01:00 2026-03-29T23:30",
        "Australia/Lord_Howe | 15 2 * * * | 2026-10-02T15:45 2026-10-03T15:30 2026-10-04T15:15",
        // A day is left out.
        "Pacific/Apia | 0 12 * * *        | 2011-12-29T22:00 2011-12-30T10:00 2011-12-30T22:00",
        // They go back: the first pass.
        "Europe/Berlin | 30 2 * * *       | 2026-10-24T00:30 2026-10-25T00:30 2026-10-26T01:30",
        "Africa/Casablanca | 30 2 * * *   | 2026-02-14T01:30 2026-02-15T01:30 2026-02-16T02:30",
        "Australia/Lord_Howe | 45 1 * * * | 2027-04-02T14:45 2027-04-03T14:45 2027-04-04T15:15",
        // Every hour: as time passes.
        "Europe/Berlin | 30 * * * *       | 2026-03-29T00:30 2026-03-29T01:30 2026-03-29T02:30",
        "Europe/Berlin | 30 * * * *       | 2026-10-25T00:30 2026-10-25T01:30 2026-10-25T02:30",
        "Europe/Berlin | 0 30 0/2 * * ?   | 2026-03-28T23:30 2026-03-29T02:30 2026-03-29T04:30",
        "Europe/Berlin | 0 30 0/2 * * ?   | 2026-10-25T00:30 2026-10-25T01:30 2026-10-25T03:30",
      })
  void when_the_clocks_change(String zone, String cron, String times) {
    List<Instant> due =
        Stream.of(times.split(" ")).map(time -> Instant.parse(time + ":00Z")).toList();
    Timing timing = JobSpec.cron("job", cron, "t", "q").zone(zone).timing();
    assertThat(timing.nextAfter(due.get(0).minusMillis(1), due.size())).isEqualTo(due);
    assertThat(timing.newestDue(due.get(2).minusMillis(1))).contains(due.get(1));
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
