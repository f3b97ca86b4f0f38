package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made up for after a time without schedulers, and after the clock was set. */
class CatchUpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JobSpec MINUTELY =
      JobSpec.cron("minutely", "* * * * *", "t", "q").misfire(MisfirePolicy.ALL);
  private static final JobSpec TICK = JobSpec.every("tick", Duration.ofSeconds(2), "t", "q");

  private final TestDatabase tables = TestDatabase.h2();
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);

  @AfterEach
  void close() {
    broker.close();
    tables.close();
  }

  @Test
  void all_that_were_missed_are_fired_each_and_the_oldest_first() {
    start(MINUTELY).close();
    Instant missed = Instant.now().minus(Duration.ofMinutes(140));
    Instant first = MINUTELY.timing().nextAfter(missed).orElseThrow();
    begin("minutely", first);

    runUntil(MINUTELY, () -> tables.fireTimes("minutely").size() >= 140);

    List<Instant> fired = tables.fireTimes("minutely");
    assertThat(fired).isEqualTo(from(first, Duration.ofMinutes(1), fired.size()));
    assertThat(
            tables.query(
                "SELECT 1 FROM sluice_job_firing one JOIN sluice_job_firing later"
                    + " ON later.fire_time > one.fire_time AND later.fired_at < one.fired_at"))
        .isEmpty();
  }

  @Test
  void a_clock_that_was_an_hour_ahead_and_is_set_back_loses_and_doubles_nothing() {
    runUntil(TICK, () -> tables.fireTimes("tick").size() >= 2);
    Instant ahead = TICK.timing().newestDue(Instant.now().plus(Duration.ofHours(1))).orElseThrow();
    // What was due in the hour is one firing of the newest instant; now it is still to come.
    tables.update(
        "UPDATE sluice_job_firing SET fire_time = DATEADD(SECOND, ?, fire_time)"
            + " WHERE fire_time = (SELECT MAX(fire_time) FROM sluice_job_firing)",
        Duration.between(tables.fireTimes("tick").get(1), ahead).toSeconds());
    next("tick", ahead.plusSeconds(2));
    List<Instant> before = tables.fireTimes("tick");
    assertThat(before).contains(ahead);

    runUntil(TICK, () -> tables.fireTimes("tick").size() >= before.size() + 4);

    List<Instant> fired = tables.fireTimes("tick").stream().filter(ahead::isAfter).toList();
    assertThat(fired).isEqualTo(from(before.get(0), Duration.ofSeconds(2), fired.size()));
  }

  @Test
  void a_clock_that_is_set_back_while_a_scheduler_runs_is_noticed() {
    JobSpec yearly = JobSpec.cron("yearly", "@yearly", "t", "q");
    AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
    Scheduler running =
        Scheduler.open(options(yearly).clock(() -> Instant.now().plus(offset.get())));
    running.start();
    try {
      Instant due = running.nextFirings("yearly", 1).get(0);
      next("yearly", due.plus(Duration.ofDays(366)));
      offset.set(Duration.ofHours(-1));

      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  !tables
                      .query(
                          "SELECT 1 FROM SLUICE_QRTZ_TRIGGERS WHERE NEXT_FIRE_TIME = ?",
                          due.toEpochMilli())
                      .isEmpty());
    } finally {
      running.close();
    }
  }

  @Test
  void a_clock_that_is_set_an_hour_forward_makes_one_firing_of_the_newest_instant() {
    JobSpec often = JobSpec.cron("often", "*/10 * * * *", "t", "q");
    start(often).close();
    Instant newest = often.timing().newestDue(Instant.now()).orElseThrow();
    begin("often", newest.minus(Duration.ofMinutes(50)));

    runUntil(often, () -> !tables.fireTimes("often").isEmpty());

    assertThat(tables.fireTimes("often")).containsExactly(newest);
  }

  private void runUntil(JobSpec job, Callable<Boolean> condition) {
    Scheduler running = start(job);
    try {
      await().atMost(PATIENCE).until(condition);
    } finally {
      running.close();
    }
  }

  /** As if the trigger had been there since then. */
  private void begin(String job, Instant next) {
    tables.update("UPDATE sluice_job SET since = '2020-01-01 00:00:00'");
    next(job, next);
  }

  private void next(String job, Instant next) {
    assertThat(
            tables.update(
                "UPDATE SLUICE_QRTZ_TRIGGERS SET NEXT_FIRE_TIME = ? WHERE JOB_NAME = ?",
                next.toEpochMilli(),
                job))
        .isEqualTo(1);
  }

  private Scheduler start(JobSpec job) {
    Scheduler scheduler = Scheduler.open(options(job));
    scheduler.start();
    return scheduler;
  }

  private SchedulerOptions options(JobSpec job) {
    return SchedulerOptions.of(tables.database(), broker, List.of(job)).clustered(true);
  }

  private static List<Instant> from(Instant first, Duration every, int count) {
    return Stream.iterate(first, instant -> instant.plus(every)).limit(count).toList();
  }
}
