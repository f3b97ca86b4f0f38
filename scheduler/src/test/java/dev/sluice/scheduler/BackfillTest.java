package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackfillTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:30:00Z");
  private static final Instant SIX = Instant.parse("2026-11-21T06:00:00Z");
  private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");
  private static final JobSpec JOB = JobSpec.every("hourly", Duration.ofHours(1), "t", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private final Schedules schedules =
      Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.fixed(NOW));

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void what_was_due_from_one_instant_to_before_another_is_fired_oldest_first() throws Exception {
    tables.jobs(NOW, JOB);
    BackfillReport report = schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS);

    assertThat(report.fired()).containsExactly(SIX, SIX.plusSeconds(3600), SIX.plusSeconds(7200));
    assertThat(report.next()).isNull();
    assertThat(tables.fireTimes("hourly")).isEqualTo(report.fired());
    assertThat(tables.query("SELECT DISTINCT origin FROM sluice_job_firing"))
        .containsExactly("backfill");
    assertThat(tables.outboxRows()).isEqualTo(3);
  }

  @Test
  void what_the_ledger_has_is_not_fired_again() throws Exception {
    tables.jobs(NOW, JOB);
    schedules.backfill(
        "hourly", SIX.plusSeconds(1), SIX.plusSeconds(3601), BackfillOptions.DEFAULTS);

    BackfillReport report = schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS);

    assertThat(report.present()).isEqualTo(1);
    assertThat(report.fired()).containsExactly(SIX, SIX.plusSeconds(7200));
    assertThat(tables.outboxRows()).isEqualTo(3);
    assertThat(schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS).fired()).isEmpty();
  }

  @Test
  void a_limit_cuts_it_off_and_tells_where_to_go_on() throws Exception {
    tables.jobs(NOW, JOB);
    BackfillOptions two = BackfillOptions.DEFAULTS.limit(2);
    BackfillReport first = schedules.backfill("hourly", SIX, NINE, two);
    assertThat(first.fired()).hasSize(2);
    assertThat(first.next()).isEqualTo(SIX.plusSeconds(7200));

    BackfillReport second = schedules.backfill("hourly", first.next(), NINE, two);
    assertThat(second.fired()).containsExactly(first.next());
    assertThat(second.next()).isNull();
  }

  @Test
  void a_dry_run_fires_nothing() throws Exception {
    tables.jobs(NOW, JOB);
    BackfillReport report =
        schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS.dryRun(true));
    assertThat(report.fired()).hasSize(3);
    assertThat(report.dryRun()).isTrue();
    assertThat(tables.fireTimes("hourly")).isEmpty();
    assertThat(tables.outboxRows()).isZero();
  }

  @Test
  void more_than_a_page_of_instants_is_fired_whole() throws Exception {
    tables.jobs(NOW, JobSpec.every("hourly", Duration.ofSeconds(10), "t", "q"));
    assertThat(
            schedules
                .backfill("hourly", SIX, SIX.plusSeconds(7000), BackfillOptions.DEFAULTS)
                .fired())
        .hasSize(700)
        .doesNotHaveDuplicates();
  }

  @Test
  void firings_of_a_job_that_must_not_overlap_queue() throws Exception {
    for (OverlapPolicy policy : new OverlapPolicy[] {OverlapPolicy.SKIP, OverlapPolicy.QUEUE}) {
      tables.update("DELETE FROM sluice_job");
      tables.update("DELETE FROM sluice_job_firing");
      tables.jobs(NOW, JOB.overlap(policy));
      schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS);
      assertThat(tables.states("hourly")).containsExactly("enqueued", "queued", "queued");
    }
  }

  @Test
  void the_firings_of_a_paused_or_disabled_job_are_enqueued_one_after_the_other() throws Exception {
    for (JobSpec job :
        List.of(JOB.overlap(OverlapPolicy.SKIP), JOB.enabled(false).overlap(OverlapPolicy.QUEUE))) {
      tables.update("DELETE FROM sluice_job");
      tables.update("DELETE FROM sluice_job_firing");
      tables.jobs(NOW, job);
      if (job.enabled()) {
        schedules.pause("hourly");
      }
      // Due before the pause: it waits until the job is resumed.
      tables.update(
          "INSERT INTO sluice_job_firing (job, fire_time, origin, state, fired_at)"
              + " VALUES ('hourly', '2026-11-21 05:00:00', 'due', 'queued', '2026-11-21 05:00:00')");

      schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS);

      Firing firing =
          new Firing(tables.database().dataSource(), Topology.DEFAULT, InstantSource.fixed(NOW));
      for (int ended = 0; ended < 3; ended++) {
        assertThat(firing.fireQueued("hourly")).isTrue();
        assertThat(firing.fireQueued("hourly")).isFalse();
        tables.update("UPDATE sluice_job_firing SET state = 'completed' WHERE state = 'enqueued'");
      }
      assertThat(firing.fireQueued("hourly")).isFalse();
      assertThat(tables.states("hourly"))
          .containsExactly("queued", "completed", "completed", "completed");
    }
  }

  @Test
  void the_report_tells_how_many_of_them_queue() throws Exception {
    tables.jobs(NOW, JOB.overlap(OverlapPolicy.QUEUE));
    BackfillReport report = schedules.backfill("hourly", SIX, NINE, BackfillOptions.DEFAULTS);
    assertThat(report.fired()).hasSize(3);
    assertThat(report.queued()).isEqualTo(2);
  }

  @Test
  void a_range_that_is_not_past_or_ends_before_it_begins_is_refused() {
    tables.jobs(NOW, JOB);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> schedules.backfill("hourly", SIX, NOW.plusMillis(1), BackfillOptions.DEFAULTS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedules.backfill("hourly", NINE, NINE, BackfillOptions.DEFAULTS))
        .withMessageContaining("not from 2026-11-21T09:00:00Z to 2026-11-21T09:00:00Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BackfillOptions.DEFAULTS.limit(0))
        .withMessageContaining("limit must be at least 1");
  }
}
