package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JobSpec TICK =
      JobSpec.every("tick", Duration.ofSeconds(1), "ticks.tick", "ticks");

  private final TestDatabase tables = TestDatabase.h2();
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);

  @AfterEach
  void close() {
    broker.close();
    tables.close();
  }

  @Test
  void each_instant_that_a_job_is_due_brings_one_task() {
    Received received = Received.from(broker, "ticks");
    try (Scheduler scheduler = started(TICK)) {
      await().atMost(PATIENCE).until(() -> received.ids().size() >= 3);
      assertThat(scheduler.health().ready()).isTrue();
      assertThat(scheduler.health().jobs()).isEqualTo(1);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(received.ids())
                    .doesNotHaveDuplicates()
                    .containsAll(tables.firings("tick").subList(0, 3)));
    assertThat(received.firings())
        .doesNotHaveDuplicates()
        .allSatisfy(firing -> assertThat(firing).matches("tick@[0-9-]+T[0-9:]{8}Z"));
  }

  @Test
  void a_cron_job_fires_too() {
    Received received = Received.from(broker, "ticks");
    try (Scheduler scheduler =
        started(JobSpec.cron("cron", "* * * * * ?", "ticks.tick", "ticks"))) {
      await().atMost(PATIENCE).until(() -> received.ids().size() >= 2);
      assertThat(scheduler.health().running()).isTrue();
    }
    assertThat(received.firings()).doesNotHaveDuplicates();
  }

  @Test
  void firings_wait_for_a_broker_that_is_away() {
    FlakyBroker flaky = new FlakyBroker(broker);
    try (Scheduler scheduler = Scheduler.open(options(flaky, TICK))) {
      scheduler.start();
      await().atMost(PATIENCE).until(() -> tables.outboxRows() >= 2);
      assertThat(scheduler.health().ready()).isTrue();
      Received received = Received.from(broker, "ticks");
      flaky.comeBack();
      await().atMost(PATIENCE).until(() -> received.ids().size() >= 2);
    }
  }

  @Test
  void a_firing_waits_for_its_database() {
    Received received = Received.from(broker, "ticks");
    try (Scheduler scheduler =
        started(JobSpec.every("tick", Duration.ofSeconds(2), "ticks.tick", "ticks"))) {
      tables.update("ALTER TABLE sluice_job_firing RENAME TO elsewhere");
      Instant first = scheduler.nextFirings("tick", 1).get(0);
      await().atMost(PATIENCE).until(() -> Instant.now().isAfter(first.plusSeconds(1)));
      assertThat(received.ids()).isEmpty();
      tables.update("ALTER TABLE elsewhere RENAME TO sluice_job_firing");
      await().atMost(PATIENCE).until(() -> received.firings().contains("tick@" + first));
    }
  }

  @Test
  void a_disabled_job_never_fires() {
    Received received = Received.from(broker, "ticks");
    JobSpec off = JobSpec.every("off", Duration.ofSeconds(1), "ticks.off", "ticks").enabled(false);
    try (Scheduler scheduler = started(off, TICK)) {
      await().atMost(PATIENCE).until(() -> received.ids().size() >= 2);
      assertThat(scheduler.nextFirings("off", 3)).isEmpty();
      assertThat(scheduler.health().jobs()).isEqualTo(1);
    }
    assertThat(tables.firings("off")).isEmpty();
  }

  @Test
  void a_scheduler_that_keeps_its_jobs_in_memory_follows_what_is_asked_for_too() throws Exception {
    Schedules schedules = Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.system());
    try (Scheduler scheduler = started(TICK)) {
      schedules.pause("tick");
      await().atMost(PATIENCE).until(() -> scheduler.health().jobs() == 0);
      int paused = tables.firings("tick").size();
      schedules.save(JobSpec.every("extra", Duration.ofSeconds(1), "ticks.extra", "ticks"));
      await().atMost(PATIENCE).until(() -> tables.firings("extra").size() >= 2);
      assertThat(tables.firings("tick")).hasSize(paused);

      scheduler.configure(List.of());
      assertThat(tables.query("SELECT name FROM sluice_job")).containsExactly("extra");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scheduler.nextFirings("tick", 1))
          .withMessageContaining("there is no job 'tick'");
    }
  }

  @Test
  void on_h2_quartz_keeps_its_jobs_in_memory_unless_told_otherwise() {
    assertThat(options(broker, TICK).clustered()).isFalse();
    try (Scheduler scheduler = started(TICK)) {
      assertThat(scheduler.health().running()).isTrue();
      assertThat(tables.query("SELECT JOB_NAME FROM SLUICE_QRTZ_JOB_DETAILS")).isEmpty();
    }
  }

  @Test
  void a_dated_job_that_is_over_does_not_stop_the_next_start() {
    JobSpec over = JobSpec.cron("over", "0 0 6 1 1 ? 2020", "ticks.over", "ticks");
    try (Scheduler scheduler = started(over, TICK)) {
      await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 1);
      assertThat(scheduler.nextFirings("over", 3)).isEmpty();
      assertThat(scheduler.health().jobs()).isEqualTo(1);
    }
    assertThat(tables.firings("over")).isEmpty();
  }

  @Test
  void a_job_that_can_never_be_due_is_refused() {
    JobSpec never = JobSpec.cron("never", "0 0 0 30 2 ?", "ticks.never", "ticks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(broker, never))
        .withMessageContaining("job 'never': cron '0 0 0 30 2 ?' is never due; change it");
    assertThat(options(broker, never.enabled(false)).jobs()).hasSize(1);
  }

  @Test
  void a_queue_that_the_broker_cannot_have_is_refused_with_the_name_of_the_job() {
    JobSpec job = JobSpec.every("far", Duration.ofDays(1), "t", "q".repeat(250));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(broker, job))
        .withMessageContaining("job 'far': queue name 'qqq");
  }

  @Test
  void the_next_firings_are_told_without_starting() {
    SchedulerOptions options =
        SchedulerOptions.of(tables.database(), broker, BuiltInJobs.all())
            .clock(InstantSource.fixed(Instant.parse("2026-11-21T04:16:00Z")));
    Scheduler scheduler = Scheduler.open(options);
    assertThat(scheduler.nextFirings("sluice.truncate_timelines", 2))
        .containsExactly(
            Instant.parse("2026-11-21T04:17:00Z"), Instant.parse("2026-11-22T04:17:00Z"));
    assertThat(scheduler.nextFirings("sluice.redrive_transient", 3))
        .containsExactly(
            Instant.parse("2026-11-21T04:20:00Z"),
            Instant.parse("2026-11-21T04:25:00Z"),
            Instant.parse("2026-11-21T04:30:00Z"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scheduler.nextFirings("nonsense", 1))
        .withMessageContaining("there is no job 'nonsense'")
        .withMessageContaining("sluice.redrive_transient");
    assertThat(scheduler.health().running()).isFalse();
  }

  @Test
  void a_scheduler_is_started_once() {
    Scheduler scheduler = started(TICK);
    assertThatIllegalStateException().isThrownBy(scheduler::start);
    scheduler.close();
    scheduler.close();
    assertThatIllegalStateException().isThrownBy(scheduler::start);
    assertThat(scheduler.health().ready()).isFalse();
  }

  @Test
  void a_missing_table_stops_the_start_with_the_next_step() {
    for (String table : List.of("SLUICE_QRTZ_LOCKS", "SLUICE_JOB_FIRING", "SLUICE_JOB")) {
      try (TestDatabase fresh = TestDatabase.h2()) {
        fresh.update("DROP TABLE " + table);
        Scheduler scheduler =
            Scheduler.open(
                SchedulerOptions.of(fresh.database(), broker, List.of(TICK)).clustered(true));
        assertThatExceptionOfType(SchedulerFailed.class)
            .isThrownBy(scheduler::start)
            .withMessageContaining("its tables are up to date")
            .withMessageContaining('"' + table + '"');
        assertThat(scheduler.health().ready()).isFalse();
      }
    }
  }

  private Scheduler started(JobSpec... jobs) {
    Scheduler scheduler = Scheduler.open(options(broker, jobs));
    scheduler.start();
    return scheduler;
  }

  private SchedulerOptions options(Broker on, JobSpec... jobs) {
    return SchedulerOptions.of(tables.database(), on, List.of(jobs));
  }
}
