package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several schedulers on one real database. */
class ClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private DatabaseOptions options;
  private TestDatabase tables;
  private TestDatabase others;

  @BeforeEach
  void open() throws Exception {
    options = FreshDatabase.named("cluster");
    tables = TestDatabase.migrated(options);
    others = TestDatabase.migrated(options);
  }

  @AfterEach
  void close() {
    tables.close();
    others.close();
    broker.close();
  }

  @Test
  void two_schedulers_fire_each_instant_once() {
    List<JobSpec> jobs =
        Stream.of("one", "two", "three", "four", "five")
            .map(name -> JobSpec.every(name, Duration.ofSeconds(1), "ticks." + name, "ticks"))
            .toList();
    Received received = Received.from(broker, "ticks");
    try (Scheduler first = scheduler(tables, jobs);
        Scheduler second = scheduler(others, jobs)) {
      first.start();
      second.start();
      await().atMost(PATIENCE).until(() -> tables.firings("five").size() >= 8);
    }
    List<String> fired = new ArrayList<>();
    for (JobSpec job : jobs) {
      List<String> ids = tables.firings(job.name());
      assertThat(tables.fireTimes(job.name()))
          .as("seconds between firings of %s", job.name())
          .isEqualTo(everySecond(tables.fireTimes(job.name()).get(0), ids.size()));
      fired.addAll(ids);
    }
    try (Scheduler relay = scheduler(tables, List.of())) {
      relay.start();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(received.ids()).containsExactlyInAnyOrderElementsOf(fired));
    }
  }

  @Test
  void a_restart_with_unchanged_jobs_loses_and_doubles_nothing() {
    List<JobSpec> jobs = List.of(JobSpec.every("tick", Duration.ofSeconds(1), "t", "ticks"));
    for (int restart = 1; restart <= 3; restart++) {
      int wanted = 3 * restart;
      try (Scheduler scheduler = scheduler(tables, jobs)) {
        scheduler.start();
        await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= wanted);
      }
    }
    List<Instant> times = tables.fireTimes("tick");
    assertThat(times).isEqualTo(everySecond(times.get(0), times.size()));
  }

  @Test
  void a_firing_that_could_not_be_committed_before_the_end_is_recovered_by_the_next_scheduler() {
    List<JobSpec> jobs = List.of(JobSpec.every("tick", Duration.ofSeconds(4), "t", "ticks"));
    Instant stuck;
    try (Scheduler scheduler = scheduler(tables, jobs)) {
      scheduler.start();
      tables.update("RENAME TABLE sluice_job_firing TO elsewhere");
      stuck = scheduler.nextFirings("tick", 1).get(0);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !tables
                      .query(
                          "SELECT ENTRY_ID FROM SLUICE_QRTZ_FIRED_TRIGGERS"
                              + " WHERE STATE = 'EXECUTING' AND SCHED_TIME = ?",
                          stuck.toEpochMilli())
                      .isEmpty());
    }
    tables.update("RENAME TABLE elsewhere TO sluice_job_firing");
    assertThat(tables.firings("tick")).isEmpty();
    try (Scheduler next = scheduler(others, jobs)) {
      next.start();
      await().atMost(PATIENCE).until(() -> tables.fireTimes("tick").contains(stuck));
    }
    assertThat(tables.fireTimes("tick")).doesNotHaveDuplicates();
  }

  @Test
  void three_schedulers_at_once_make_a_thousand_tasks_of_a_thousand_firings() throws Exception {
    Instant due = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(20);
    String once =
        DateTimeFormatter.ofPattern("s m H d M '?' uuuu", Locale.ROOT)
            .format(due.atOffset(ZoneOffset.UTC));
    List<JobSpec> jobs =
        IntStream.range(0, 1000)
            .mapToObj(i -> JobSpec.cron("job." + i, once, "tasks.once", "thousand"))
            .toList();
    Received received = Received.from(broker, "thousand");
    try (TestDatabase third = TestDatabase.migrated(options);
        Scheduler first = scheduler(tables, jobs);
        Scheduler second = scheduler(others, jobs);
        Scheduler last = scheduler(third, jobs)) {
      List<CompletableFuture<Void>> starts =
          Stream.of(first, second, last)
              .map(each -> CompletableFuture.runAsync(each::start))
              .toList();
      starts.forEach(CompletableFuture::join);
      await().atMost(PATIENCE).until(() -> received.ids().size() >= 1000);
      await()
          .atMost(PATIENCE)
          .until(() -> tables.query("SELECT 1 FROM SLUICE_QRTZ_FIRED_TRIGGERS").isEmpty());
    }
    assertThat(tables.outboxRows()).isZero();
    assertThat(received.ids()).hasSize(1000).doesNotHaveDuplicates();
    assertThat(received.firings()).hasSize(1000).doesNotHaveDuplicates();
    assertThat(tables.query("SELECT DISTINCT fire_time FROM sluice_job_firing")).hasSize(1);
    assertThat(tables.query("SELECT job FROM sluice_job_firing")).hasSize(1000);
  }

  private Scheduler scheduler(TestDatabase on, List<JobSpec> jobs) {
    return Scheduler.open(SchedulerOptions.of(on.database(), broker, jobs));
  }

  private static List<Instant> everySecond(Instant first, int count) {
    return Stream.iterate(first, instant -> instant.plusSeconds(1)).limit(count).toList();
  }
}
