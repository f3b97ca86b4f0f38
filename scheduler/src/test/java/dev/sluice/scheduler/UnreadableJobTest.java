package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.quartz.JobDetail;

/** A job that a newer release stored, and that this one does not understand. */
class UnreadableJobTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final JobSpec TICK = JobSpec.every("tick", SECOND, "t", "q");
  private static final JobSpec NEWER = JobSpec.every("newer", SECOND, "t", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Schedules schedules =
      Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.system());

  @AfterEach
  void close() {
    broker.close();
    tables.close();
  }

  @Test
  void the_other_jobs_fire_and_the_start_succeeds() throws Exception {
    applied(NEWER, TICK);
    changedByANewerRelease();

    try (Scheduler scheduler = scheduler(NEWER, TICK)) {
      scheduler.start();
      await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 12);
    }

    assertThat(tables.firings("newer")).isEmpty();
    assertThat(tables.query("SELECT spec FROM sluice_job WHERE name = 'newer'").get(0))
        .contains("later");
    assertThat(schedules.list()).extracting(job -> job.spec().name()).containsExactly("tick");
    assertThatExceptionOfType(UnreadableJob.class)
        .isThrownBy(() -> schedules.find("newer"))
        .withMessageContaining("job 'newer' was stored by a newer release")
        .withMessageContaining("update this");
  }

  @Test
  void a_configuration_without_it_does_not_remove_it() throws Exception {
    store(NEWER, TICK);
    changedByANewerRelease();

    store(TICK);

    assertThat(tables.query("SELECT name FROM sluice_job ORDER BY name"))
        .containsExactly("newer", "tick");
  }

  @Test
  void what_it_was_due_at_is_fired_once_a_scheduler_understands_it() throws Exception {
    applied(NEWER, TICK);
    changedByANewerRelease();
    Instant due = lookedAt(NEWER);
    understoodAgain();
    assertFiredBy(NEWER, due);
  }

  @Test
  void one_that_is_fired_in_order_does_not_wait_for_this_scheduler_and_loses_none()
      throws Exception {
    JobSpec inOrder = NEWER.misfire(MisfirePolicy.ALL);
    applied(inOrder, TICK);
    changedByANewerRelease();
    Instant due = lookedAt(inOrder);
    assertThat(tables.query("SELECT DISTINCT TRIGGER_STATE FROM SLUICE_QRTZ_TRIGGERS"))
        .containsExactly("WAITING");
    understoodAgain();
    assertFiredBy(inOrder, due);
  }

  @Test
  void a_zone_in_quartz_that_is_not_known_here_loses_no_instant_either() throws Exception {
    applied(NEWER, TICK);
    zoneInQuartz("Europe/Atlantis");
    Instant due = lookedAt(NEWER);
    zoneInQuartz("UTC");
    assertFiredBy(NEWER, due);
  }

  /** A scheduler runs that does not understand the job; returns when that was due meanwhile. */
  private Instant lookedAt(JobSpec job) {
    Instant due = job.timing().nextAfter(Instant.now().plusSeconds(1)).orElseThrow();
    try (Scheduler scheduler = scheduler(job, TICK)) {
      scheduler.start();
      await().atMost(PATIENCE).until(() -> tables.fireTimes("tick").contains(due.plusSeconds(3)));
    }
    assertThat(tables.firings("newer")).isEmpty();
    return due;
  }

  private void assertFiredBy(JobSpec job, Instant due) {
    // Or the next scheduler waits until it is sure that the one before is gone.
    tables.update("UPDATE SLUICE_QRTZ_SCHEDULER_STATE SET LAST_CHECKIN_TIME = 0");
    try (Scheduler updated = scheduler(job, TICK)) {
      updated.start();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(tables.fireTimes("newer"))
                      .contains(due, due.plusSeconds(1), due.plusSeconds(2), due.plusSeconds(8)));
    }
    assertThat(tables.query("SELECT 1 FROM SLUICE_QRTZ_FIRED_TRIGGERS WHERE STATE = 'EXECUTING'"))
        .isEmpty();
  }

  /** As a scheduler leaves the jobs to one that has not fired yet. */
  private void applied(JobSpec... jobs) throws Exception {
    store(jobs);
    inQuartz(
        quartz ->
            JobReconciler.shared(quartz, tables.database().dataSource(), InstantSource.system())
                .runOnce());
  }

  private void zoneInQuartz(String zone) throws Exception {
    inQuartz(
        quartz -> {
          JobDetail job = StoredJob.detail(NEWER);
          job.getJobDataMap().put("zone", zone);
          quartz.addJob(job, true);
        });
  }

  private void inQuartz(Change change) throws Exception {
    org.quartz.Scheduler quartz =
        QuartzFactory.clustered("test", context -> {}, 1, tables.database().dataSource());
    change.in(quartz);
    quartz.shutdown();
  }

  @FunctionalInterface
  private interface Change {
    void in(org.quartz.Scheduler quartz) throws Exception;
  }

  @Test
  void queued_firings_of_other_jobs_are_enqueued() throws Exception {
    tables.jobs(Instant.now(), TICK, NEWER);
    for (String job : List.of("newer", "tick")) {
      tables.update(
          "INSERT INTO sluice_job_firing (job, fire_time, origin, state, fired_at)"
              + " VALUES (?, '2026-11-21 10:00:00', 'due', 'queued', '2026-11-21 10:00:00')",
          job);
    }
    changedByANewerRelease();
    Firing firing =
        new Firing(tables.database().dataSource(), Topology.DEFAULT, InstantSource.system());

    new QueuedFirings(tables.database().dataSource(), firing, () -> {}).runOnce();

    assertThat(tables.states("tick")).containsExactly("enqueued");
    assertThat(tables.states("newer")).containsExactly("queued");
  }

  private void understoodAgain() {
    tables.update(
        "UPDATE sluice_job SET spec = REPLACE(spec, '\"later\"', '\"allow\"')"
            + " WHERE name = 'newer'");
  }

  private void changedByANewerRelease() {
    tables.update(
        "UPDATE sluice_job SET spec = REPLACE(spec, '\"allow\"', '\"later\"')"
            + " WHERE name = 'newer'");
  }

  private void store(JobSpec... jobs) throws Exception {
    new ConfiguredJobs(tables.database().dataSource(), InstantSource.system()).store(List.of(jobs));
  }

  private Scheduler scheduler(JobSpec... jobs) {
    return Scheduler.open(
        SchedulerOptions.of(tables.database(), broker, List.of(jobs)).clustered(true));
  }
}
