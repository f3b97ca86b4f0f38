package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Quartz's tables across starts with the same and with other jobs. */
class ReconcileTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JobSpec REPORT = JobSpec.cron("report", "0 0 6 1 1 ?", "reports", "q");
  private static final JobSpec SWEEP = JobSpec.every("sweep", Duration.ofHours(1), "sweeps", "q");
  private static final JobSpec OTHER = JobSpec.every("other", Duration.ofDays(7), "others", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);

  @AfterEach
  void close() {
    broker.close();
    tables.close();
  }

  @Test
  void unchanged_jobs_are_left_alone() {
    run(REPORT, SWEEP);
    // A mark that storing the triggers again would wipe out.
    tables.update("UPDATE SLUICE_QRTZ_TRIGGERS SET DESCRIPTION = 'as it was'");

    run(REPORT, SWEEP);

    assertThat(tables.query("SELECT DESCRIPTION FROM SLUICE_QRTZ_TRIGGERS"))
        .containsExactly("as it was", "as it was");
  }

  @Test
  void a_changed_time_replaces_the_trigger() {
    run(SWEEP);
    String before = tables.query("SELECT NEXT_FIRE_TIME FROM SLUICE_QRTZ_TRIGGERS").get(0);

    run(JobSpec.cron("sweep", "0 0 6 1 1 ?", "sweeps", "q"));

    assertThat(tables.query("SELECT NEXT_FIRE_TIME FROM SLUICE_QRTZ_TRIGGERS"))
        .hasSize(1)
        .doesNotContain(before);
  }

  @Test
  void changed_arguments_leave_what_was_missed_due() {
    run(SWEEP);
    tables.update("UPDATE sluice_job SET since = '2020-01-01 00:00:00'");
    Received received = Received.from(broker, "q");

    try (Scheduler scheduler = open(SWEEP.kwargs(Map.of("year", 2026)))) {
      scheduler.start();
      await().atMost(PATIENCE).until(() -> !received.firings().isEmpty());
    }

    assertThat(tables.firings("sweep")).hasSize(1);
  }

  @Test
  void removed_and_disabled_jobs_are_deleted() {
    run(REPORT, SWEEP, OTHER);

    run(REPORT.enabled(false), OTHER);

    assertThat(tables.query("SELECT JOB_NAME FROM SLUICE_QRTZ_JOB_DETAILS"))
        .containsExactly("other");
    assertThat(tables.query("SELECT JOB_NAME FROM SLUICE_QRTZ_TRIGGERS")).containsExactly("other");
  }

  @Test
  void a_job_that_quartz_has_given_up_fires_again_after_a_start() {
    run(REPORT);
    tables.update("UPDATE SLUICE_QRTZ_TRIGGERS SET TRIGGER_STATE = 'ERROR'");

    run(REPORT);

    assertThat(tables.query("SELECT TRIGGER_STATE FROM SLUICE_QRTZ_TRIGGERS"))
        .containsExactly("WAITING");
  }

  @Test
  void a_job_that_a_clock_far_ahead_has_put_off_is_due_again_after_a_start() {
    run(SWEEP);
    tables.update(
        "UPDATE SLUICE_QRTZ_TRIGGERS SET NEXT_FIRE_TIME = ?",
        Instant.now().plus(Duration.ofDays(400)).toEpochMilli());

    run(SWEEP);

    assertThat(
            tables.query(
                "SELECT 1 FROM SLUICE_QRTZ_TRIGGERS WHERE NEXT_FIRE_TIME <= ?",
                Instant.now().plus(Duration.ofHours(1)).toEpochMilli()))
        .hasSize(1);
  }

  @Test
  void firings_missed_while_no_scheduler_was_up_are_one_firing_of_the_newest_instant() {
    run(SWEEP);
    Instant newest = SWEEP.timing().newestDue(Instant.now()).orElseThrow();
    Received received = Received.from(broker, "q");
    missFiveHours();

    try (Scheduler scheduler = open(SWEEP)) {
      scheduler.start();
      await().atMost(PATIENCE).until(() -> !received.firings().isEmpty());
    }

    assertThat(tables.firings("sweep")).hasSize(1);
    assertThat(received.firings()).containsExactly("sweep@" + newest);
  }

  @Test
  void firings_missed_by_a_job_that_skips_them_are_skipped() {
    JobSpec skipping = SWEEP.misfire(MisfirePolicy.SKIP);
    run(skipping);
    missFiveHours();

    try (Scheduler scheduler = open(skipping)) {
      scheduler.start();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  tables
                          .query(
                              "SELECT 1 FROM SLUICE_QRTZ_TRIGGERS WHERE NEXT_FIRE_TIME > ?",
                              Instant.now().toEpochMilli())
                          .size()
                      == 1);
    }

    assertThat(tables.firings("sweep")).isEmpty();
  }

  @Test
  void a_job_that_quartz_has_lost_is_scheduled_anew() {
    run(REPORT, SWEEP);
    tables.update("DELETE FROM SLUICE_QRTZ_CRON_TRIGGERS");
    tables.update("DELETE FROM SLUICE_QRTZ_SIMPROP_TRIGGERS");
    tables.update("DELETE FROM SLUICE_QRTZ_TRIGGERS");

    run(REPORT, SWEEP);

    assertThat(tables.query("SELECT JOB_NAME FROM SLUICE_QRTZ_TRIGGERS ORDER BY 1"))
        .containsExactly("report", "sweep");
  }

  @Test
  void a_scheduler_that_ends_in_order_gives_back_what_it_has_claimed() {
    JobSpec soon = JobSpec.every("soon", Duration.ofSeconds(20), "t", "q");
    try (Scheduler scheduler = open(soon)) {
      scheduler.start();
      // Quartz claims half a minute ahead.
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !tables
                      .query("SELECT 1 FROM SLUICE_QRTZ_FIRED_TRIGGERS WHERE STATE = 'ACQUIRED'")
                      .isEmpty());
    }

    assertThat(tables.query("SELECT ENTRY_ID FROM SLUICE_QRTZ_FIRED_TRIGGERS")).isEmpty();
    assertThat(tables.query("SELECT TRIGGER_STATE FROM SLUICE_QRTZ_TRIGGERS"))
        .containsExactly("WAITING");
  }

  private void missFiveHours() {
    tables.update("UPDATE sluice_job SET since = '2020-01-01 00:00:00'");
    tables.update(
        "UPDATE SLUICE_QRTZ_TRIGGERS SET NEXT_FIRE_TIME = ?",
        Instant.now().minus(Duration.ofHours(5)).toEpochMilli());
  }

  private void run(JobSpec... jobs) {
    try (Scheduler scheduler = open(jobs)) {
      scheduler.start();
    }
  }

  private Scheduler open(JobSpec... jobs) {
    return Scheduler.open(
        SchedulerOptions.of(tables.database(), broker, List.of(jobs)).clustered(true));
  }
}
