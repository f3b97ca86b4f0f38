package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NextFiringsTest {
  private static final Instant NOW = Instant.parse("2026-10-24T20:00:00Z");
  private static final JobSpec JOB = JobSpec.cron("job", "30 2 * * *", "t", "q");

  @Test
  void the_next_three_are_told_in_utc_and_in_the_zone_of_the_job() {
    assertThat(NextFirings.text(JOB.zone("Europe/Berlin"), NOW))
        .isEqualTo(
            "2026-10-25T00:30:00Z (Sun 2026-10-25 02:30:00 Europe/Berlin),"
                + " 2026-10-26T01:30:00Z (Mon 2026-10-26 02:30:00 Europe/Berlin),"
                + " 2026-10-27T01:30:00Z (Tue 2026-10-27 02:30:00 Europe/Berlin)");
  }

  @Test
  void in_utc_they_are_told_once() {
    assertThat(NextFirings.text(JOB, NOW))
        .isEqualTo("2026-10-25T02:30:00Z, 2026-10-26T02:30:00Z, 2026-10-27T02:30:00Z");
    assertThat(NextFirings.text(JobSpec.every("job", Duration.ofHours(1), "t", "q"), NOW))
        .isEqualTo("2026-10-24T21:00:00Z, 2026-10-24T22:00:00Z, 2026-10-24T23:00:00Z");
  }

  @Test
  void a_job_that_is_due_less_often_says_so() {
    assertThat(NextFirings.text(JobSpec.cron("job", "0 0 6 1 1 ? 2027", "t", "q"), NOW))
        .isEqualTo("2027-01-01T06:00:00Z");
    assertThat(NextFirings.text(JobSpec.cron("job", "0 0 6 1 1 ? 2020", "t", "q"), NOW))
        .isEqualTo("never");
  }
}
