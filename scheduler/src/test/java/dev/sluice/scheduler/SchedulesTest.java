package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.250Z");
  private static final JobSpec SWEEP = JobSpec.every("sweep", Duration.ofHours(1), "sweeps", "q");
  private static final JobSpec REPORT = JobSpec.cron("report", "0 0 6 * * ?", "reports", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private Instant now = NOW;
  private final InstantSource clock = () -> now;
  private final Schedules schedules = Schedules.of(tables.database(), Topology.DEFAULT, clock);

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void the_list_tells_when_each_job_is_due_next_and_what_was_fired_last() throws Exception {
    configure(SWEEP);
    schedules.save(REPORT);
    FiringRow ran = schedules.runNow("sweep");

    List<ScheduledJob> jobs = schedules.list();

    assertThat(jobs).extracting(job -> job.spec().name()).containsExactly("report", "sweep");
    assertThat(jobs.get(0).source()).isEqualTo(JobSource.DYNAMIC);
    assertThat(jobs.get(0).next()).isEqualTo(Instant.parse("2026-11-22T06:00:00Z"));
    assertThat(jobs.get(0).last()).isNull();
    assertThat(jobs.get(0).open()).isZero();
    assertThat(jobs.get(1).source()).isEqualTo(JobSource.CONFIGURED);
    assertThat(jobs.get(1).next()).isEqualTo(Instant.parse("2026-11-21T11:00:00Z"));
    assertThat(jobs.get(1).last()).isEqualTo(ran);
    assertThat(jobs.get(1).open()).isEqualTo(1);
  }

  @Test
  void a_run_asked_for_is_a_firing_of_its_own() throws Exception {
    configure(SWEEP.overlap(OverlapPolicy.SKIP));
    schedules.pause("sweep");
    FiringRow first = schedules.runNow("sweep");
    FiringRow second = schedules.runNow("sweep");

    assertThat(first.origin()).isEqualTo(FiringOrigin.RUN_NOW);
    assertThat(first.state()).isEqualTo(FiringState.ENQUEUED);
    assertThat(first.fireTime()).isEqualTo(NOW);
    assertThat(second.fireTime()).isEqualTo(NOW.plusMillis(1));
    assertThat(schedules.firings("sweep", 10)).containsExactly(second, first);
    assertThat(schedules.firings("sweep", 1)).containsExactly(second);
    assertThat(tables.outboxRows()).isEqualTo(2);
  }

  @Test
  void a_run_asked_for_takes_no_instant_at_which_the_job_is_due() throws Exception {
    configure(SWEEP);
    now = Instant.parse("2026-11-21T11:00:00Z");
    assertThat(schedules.runNow("sweep").fireTime()).isEqualTo(now.plusMillis(1));
    assertThat(firing().fire("sweep", now)).isPresent();
  }

  @Test
  void a_paused_job_is_not_due_and_a_resumed_one_makes_up_for_nothing() throws Exception {
    configure(SWEEP);
    assertThat(schedules.pause("sweep")).isTrue();
    assertThat(schedules.pause("sweep")).isFalse();
    assertThat(schedules.find("sweep").paused()).isTrue();
    assertThat(schedules.find("sweep").next()).isNull();
    assertThat(schedules.next("sweep", 3)).isEmpty();

    now = Instant.parse("2026-11-21T13:30:00Z");
    assertThat(schedules.resume("sweep")).isTrue();
    assertThat(schedules.resume("sweep")).isFalse();
    assertThat(schedules.find("sweep").since()).isEqualTo(now);
    assertThat(schedules.next("sweep", 2))
        .containsExactly(
            Instant.parse("2026-11-21T14:00:00Z"), Instant.parse("2026-11-21T15:00:00Z"));
    assertThat(firing().fire("sweep", Instant.parse("2026-11-21T13:00:00Z"))).isEmpty();
  }

  @Test
  void a_job_can_be_made_changed_and_removed_at_run_time() throws Exception {
    schedules.save(SWEEP);
    now = now.plusSeconds(60);
    schedules.save(SWEEP.kwargs(Map.of("deep", true)));
    assertThat(schedules.find("sweep").spec().kwargs()).containsEntry("deep", true);
    assertThat(schedules.find("sweep").since()).isEqualTo(NOW);

    assertThat(schedules.remove("sweep")).isTrue();
    assertThat(schedules.remove("sweep")).isFalse();
    assertThat(schedules.list()).isEmpty();
  }

  @Test
  void a_configured_job_is_changed_in_the_configuration_only() throws Exception {
    configure(SWEEP);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedules.save(SWEEP.kwargs(Map.of("deep", true))))
        .withMessageContaining("job 'sweep' is in the schedulers' configuration");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedules.remove("sweep"))
        .withMessageContaining("change it there");
    assertThat(schedules.find("sweep").spec()).isEqualTo(SWEEP);
  }

  @Test
  void a_job_that_could_never_fire_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedules.save(JobSpec.cron("past", "0 0 6 1 1 ? 2020", "t", "q")))
        .withMessageContaining("never due again");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> schedules.save(JobSpec.every("far", Duration.ofDays(1), "t", "q".repeat(250))))
        .withMessageContaining("job 'far': queue name");
  }

  @Test
  void an_unknown_job_is_told_with_the_nearest_name_and_all_others() throws Exception {
    configure(SWEEP, REPORT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedules.find("swep"))
        .withMessage("there is no job 'swep'; did you mean 'sweep'?; there are [report, sweep]");
    assertThatIllegalArgumentException().isThrownBy(() -> schedules.runNow("swep"));
    assertThatIllegalArgumentException().isThrownBy(() -> schedules.pause("swep"));
    assertThatIllegalArgumentException().isThrownBy(() -> schedules.firings("swep", 1));
  }

  private Firing firing() {
    return new Firing(tables.database().dataSource(), Topology.DEFAULT, clock);
  }

  private void configure(JobSpec... jobs) throws Exception {
    new ConfiguredJobs(tables.database().dataSource(), clock).store(List.of(jobs));
  }
}
