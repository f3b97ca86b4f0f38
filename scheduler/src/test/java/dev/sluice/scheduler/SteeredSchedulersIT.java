package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of one service class reaches every scheduler on a real database. */
class SteeredSchedulersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final JobSpec TICK = JobSpec.every("tick", SECOND, "ticks.tick", "ticks");

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Received received = Received.from(broker, "ticks");
  private TestDatabase tables;
  private TestDatabase others;
  private Schedules schedules;
  private Scheduler first;
  private Scheduler second;

  @BeforeEach
  void open() throws Exception {
    DatabaseOptions options = FreshDatabase.named("steered");
    tables = TestDatabase.migrated(options);
    others = TestDatabase.migrated(options);
    schedules = Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.system());
    first = Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of(TICK)));
    second = Scheduler.open(SchedulerOptions.of(others.database(), broker, List.of(TICK)));
    first.start();
    second.start();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    tables.close();
    others.close();
    broker.close();
  }

  @Test
  void a_paused_job_is_fired_by_none_of_them_until_it_is_resumed() throws Exception {
    await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 2);

    schedules.pause("tick");
    int paused = tables.firings("tick").size();
    await().atMost(PATIENCE).until(() -> triggers().isEmpty());
    assertThat(tables.firings("tick")).hasSize(paused);
    await().atMost(PATIENCE).until(() -> first.health().jobs() == 0);

    schedules.resume("tick");
    Instant resumed = schedules.find("tick").since();
    await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= paused + 2);
    List<Instant> after = tables.fireTimes("tick").subList(paused, paused + 2);
    assertThat(after)
        .containsExactly(
            TICK.timing().nextAfter(resumed).orElseThrow(),
            TICK.timing().nextAfter(resumed).orElseThrow().plus(SECOND));
  }

  @Test
  void a_job_made_changed_and_removed_at_run_time_is_so_for_all_of_them() throws Exception {
    JobSpec extra = JobSpec.every("extra", SECOND, "extra.before", "ticks");
    schedules.save(extra);
    await().atMost(PATIENCE).until(() -> received.tasks().contains("extra.before"));

    schedules.save(JobSpec.every("extra", SECOND.multipliedBy(3), "extra.after", "ticks"));
    Instant changed = schedules.find("extra").since();
    await()
        .atMost(PATIENCE)
        .until(() -> tables.fireTimes("extra").stream().filter(changed::isBefore).count() >= 2);
    assertThat(tables.fireTimes("extra").stream().filter(changed::isBefore))
        .allMatch(due -> due.getEpochSecond() % 3 == 0);
    await().atMost(PATIENCE).until(() -> received.tasks().contains("extra.after"));

    nothingWasFiredEarly();

    schedules.remove("extra");
    await().atMost(PATIENCE).until(() -> triggers().equals(List.of("tick")));
  }

  @Test
  void jobs_configured_anew_in_one_scheduler_are_those_of_all() throws Exception {
    JobSpec tock = JobSpec.every("tock", SECOND, "ticks.tock", "ticks");
    first.configure(List.of(tock));
    await().atMost(PATIENCE).until(() -> triggers().equals(List.of("tock")));
    first.close();
    int before = tables.firings("tock").size();
    await().atMost(PATIENCE).until(() -> tables.firings("tock").size() >= before + 2);
    assertThat(schedules.list()).extracting(job -> job.spec().name()).containsExactly("tock");
  }

  @Test
  void of_firings_that_queue_one_has_a_task_whichever_scheduler_fires() throws Exception {
    first.configure(List.of(TICK.overlap(OverlapPolicy.QUEUE)));
    tables.update("UPDATE sluice_job_firing SET state = 'completed'");
    for (int ended = 0; ended < 3; ended++) {
      await().atMost(PATIENCE).until(() -> count("enqueued") == 1 && count("queued") >= 1);
      tables.update("UPDATE sluice_job_firing SET state = 'completed' WHERE state = 'enqueued'");
    }
    await().atMost(PATIENCE).until(() -> count("enqueued") == 1);
  }

  /** Quartz fires a few milliseconds early. */
  private void nothingWasFiredEarly() {
    assertThat(
            tables.query(
                "SELECT job FROM sluice_job_firing"
                    + " WHERE fired_at < fire_time - INTERVAL 100000 MICROSECOND"))
        .isEmpty();
  }

  private long count(String state) {
    return tables.states("tick").stream().filter(state::equals).count();
  }

  private List<String> triggers() {
    return tables.query("SELECT JOB_NAME FROM SLUICE_QRTZ_TRIGGERS");
  }
}
