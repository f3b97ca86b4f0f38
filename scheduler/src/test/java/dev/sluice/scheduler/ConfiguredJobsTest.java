package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of jobs across configurations. */
class ConfiguredJobsTest {
  private static final Instant FIRST = Instant.parse("2026-11-21T10:00:00Z");
  private static final Instant LATER = Instant.parse("2026-11-22T11:00:00Z");
  private static final JobSpec SWEEP = JobSpec.every("sweep", Duration.ofHours(1), "sweeps", "q");
  private static final JobSpec REPORT = JobSpec.cron("report", "0 0 6 1 1 ?", "reports", "q");

  private final TestDatabase tables = TestDatabase.h2();

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void unchanged_jobs_are_not_written() throws Exception {
    store(FIRST, SWEEP, REPORT);
    List<String> before = tables.query("SELECT revision FROM sluice_job ORDER BY name");

    store(LATER, SWEEP, REPORT);

    assertThat(tables.query("SELECT revision FROM sluice_job ORDER BY name")).isEqualTo(before);
    assertThat(changed()).isEqualTo(2);
  }

  @Test
  void changed_arguments_leave_what_was_missed_due() throws Exception {
    store(FIRST, SWEEP);
    store(LATER, SWEEP.kwargs(Map.of("deep", true)));
    assertThat(row("sweep").since()).isEqualTo(FIRST);
    assertThat(row("sweep").spec().kwargs()).containsEntry("deep", true);
  }

  @Test
  void a_job_that_is_due_at_other_times_or_enabled_again_makes_up_for_nothing() throws Exception {
    store(FIRST, SWEEP, REPORT.enabled(false));
    JobSpec hourly = JobSpec.every("sweep", Duration.ofHours(2), "sweeps", "q");
    store(LATER, hourly, REPORT);
    assertThat(row("sweep").since()).isEqualTo(LATER);
    assertThat(row("report").since()).isEqualTo(LATER);
  }

  @Test
  void jobs_no_longer_configured_go_and_those_made_at_run_time_stay() throws Exception {
    store(FIRST, SWEEP);
    tables.jobs(FIRST, REPORT);
    store(LATER);
    assertThat(tables.query("SELECT name FROM sluice_job")).containsExactly("report");
  }

  @Test
  void a_configured_job_takes_the_place_of_one_made_at_run_time() throws Exception {
    tables.jobs(FIRST, SWEEP);
    store(LATER, SWEEP);
    assertThat(row("sweep").source()).isEqualTo(JobSource.CONFIGURED);
    assertThat(row("sweep").since()).isEqualTo(FIRST);
  }

  @Test
  void a_paused_job_stays_paused() throws Exception {
    store(FIRST, SWEEP);
    tables.update("UPDATE sluice_job SET paused = TRUE");
    store(LATER, SWEEP.kwargs(Map.of("deep", true)));
    assertThat(row("sweep").paused()).isTrue();
  }

  private void store(Instant now, JobSpec... jobs) throws Exception {
    new ConfiguredJobs(tables.database().dataSource(), InstantSource.fixed(now))
        .store(List.of(jobs));
  }

  private JobRow row(String job) throws Exception {
    return new Transactions(tables.database().dataSource())
        .run(connection -> JobTable.find(connection, job))
        .orElseThrow();
  }

  private int changed() {
    return tables
        .query("SELECT 1 FROM sluice_job WHERE changed_at = ?", "2026-11-21 10:00:00")
        .size();
  }
}
