package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who fire and those who change jobs share few connections. */
class SmallPoolIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<JobSpec> JOBS =
      IntStream.range(0, 8)
          .mapToObj(i -> JobSpec.every("job." + i, Duration.ofSeconds(1), "t", "q"))
          .toList();

  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void jobs_that_are_changed_again_and_again_are_fired_in_time() throws Exception {
    try (TestDatabase tables = pool(6);
        Scheduler scheduler = scheduler(tables)) {
      Schedules schedules =
          Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.system());
      tables.jobs(Instant.now(), JOBS.toArray(JobSpec[]::new));
      scheduler.start();
      Instant started = Instant.now().plusSeconds(1);
      for (int edit = 0; edit < 5; edit++) {
        for (JobSpec job : JOBS) {
          schedules.save(job.kwargs(Map.of("edit", edit)));
        }
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    tables.query("SELECT name FROM sluice_job WHERE applied < revision").isEmpty());
      }
      Instant edited = Instant.now();
      for (JobSpec job : JOBS) {
        await()
            .atMost(PATIENCE)
            .until(() -> tables.fireTimes(job.name()).stream().anyMatch(edited::isBefore));
      }
      assertThat(
              tables.query(
                  "SELECT CONCAT(job, ' ', fire_time, ' ', fired_at) FROM sluice_job_firing"
                      + " WHERE fire_time > ? AND fired_at > fire_time + INTERVAL 3 SECOND",
                  started.toString().substring(0, 19).replace('T', ' ')))
          .isEmpty();
    }
  }

  @Test
  void while_all_who_fire_wait_for_rows_who_holds_them_gets_a_second_connection() throws Exception {
    DatabaseOptions options = FreshDatabase.named("pool");
    try (TestDatabase tables = pool(options, 6);
        TestDatabase outside = pool(options, 2);
        Scheduler scheduler = scheduler(tables)) {
      tables.jobs(Instant.now(), JOBS.toArray(JobSpec[]::new));
      scheduler.start();
      try (Connection holding = outside.database().dataSource().getConnection();
          Statement lock = holding.createStatement()) {
        holding.setAutoCommit(false);
        lock.executeQuery("SELECT name FROM sluice_job FOR UPDATE").close();
        await().atMost(PATIENCE).until(() -> waiting(outside) >= 2);
        Instant held = Instant.now();
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(held.plusSeconds(3)));

        CompletableFuture<List<String>> second =
            CompletableFuture.supplyAsync(() -> tables.query("SELECT 1"));

        assertThat(second).succeedsWithin(Duration.ofSeconds(5));
        assertThat(waiting(outside)).isPositive();
        holding.rollback();
      }
      await().atMost(PATIENCE).until(() -> tables.firings("job.7").size() >= 3);
    }
  }

  /** How many transactions wait for rows of our jobs. */
  private static int waiting(TestDatabase tables) {
    return tables
        .query("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
        .size();
  }

  @Test
  void a_pool_that_is_too_small_stops_the_start_with_the_next_step() throws Exception {
    try (TestDatabase tables = pool(4);
        Scheduler scheduler = scheduler(tables)) {
      assertThatExceptionOfType(SchedulerFailed.class)
          .isThrownBy(scheduler::start)
          .withMessageContaining("needs 5 connections")
          .withMessageContaining("poolSize")
          .withMessageContaining("is 4");
    }
  }

  private Scheduler scheduler(TestDatabase tables) {
    return Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of()));
  }

  private static TestDatabase pool(int size) throws Exception {
    return pool(FreshDatabase.named("pool"), size);
  }

  private static TestDatabase pool(DatabaseOptions options, int size) {
    Database database = Database.open(options.poolSize(size));
    database.migrate();
    return new TestDatabase(database);
  }
}
