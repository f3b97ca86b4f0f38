package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KilledSchedulerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void what_a_scheduler_fired_before_kill_minus_9_arrives_once_after_a_restart() throws Exception {
    DatabaseOptions options = FreshDatabase.named("killed");
    try (TestDatabase tables = TestDatabase.migrated(options);
        RabbitBroker broker =
            RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()))) {
      Process killed = SchedulerProcess.start(options);
      try {
        await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 3);
      } finally {
        killed.destroyForcibly().waitFor();
      }
      // The server may still be committing what it was sent last.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(tables.outboxRows()).isEqualTo(tables.firings("tick").size()));
      List<String> before = tables.firings("tick");

      Received received = Received.from(broker, "ticks");
      try (Scheduler next =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, SchedulerProcess.JOBS))) {
        next.start();
        // What was claimed and not committed is recovered once the dead scheduler is missed.
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  List<Instant> fired = tables.fireTimes("tick");
                  assertThat(fired).hasSizeGreaterThan(before.size() + 3);
                  assertThat(fired).isEqualTo(everySecond(fired));
                });
      }
      try (Scheduler relay =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of()))) {
        relay.start();
        await().atMost(PATIENCE).until(() -> tables.outboxRows() == 0);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(received.ids())
                      .containsAll(before)
                      .containsExactlyInAnyOrderElementsOf(tables.firings("tick")));
    }
  }

  @Test
  void a_firing_that_was_claimed_and_not_committed_at_kill_minus_9_is_fired_once_by_another()
      throws Exception {
    DatabaseOptions options = FreshDatabase.named("claimed");
    try (TestDatabase tables = TestDatabase.migrated(options);
        InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      Process killed = SchedulerProcess.start(options);
      Instant claimed;
      try (Connection holding = tables.database().dataSource().getConnection()) {
        await().atMost(PATIENCE).until(() -> !tables.firings("tick").isEmpty());
        holding.setAutoCommit(false);
        JobTable.lock(holding, "tick");
        int before = tables.firings("tick").size();
        // Claimed from Quartz; the firing waits for the row of its job.
        await().atMost(PATIENCE).until(() -> executing(tables).isPresent());
        claimed = executing(tables).orElseThrow();
        killed.destroyForcibly().waitFor();
        assertThat(tables.firings("tick")).hasSize(before);
        holding.rollback();
        holding.setAutoCommit(true);
      } finally {
        killed.destroyForcibly();
      }
      // The server may have given the lock to the dead one's statement before it missed it.
      await().atMost(PATIENCE).until(() -> lockable(tables));
      assertThat(tables.fireTimes("tick")).doesNotContain(claimed);

      Received received = Received.from(broker, "ticks");
      try (Scheduler next =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, SchedulerProcess.JOBS))) {
        next.start();
        await().atMost(PATIENCE).until(() -> tables.fireTimes("tick").contains(claimed));
        await().atMost(PATIENCE).until(() -> received.firings().contains("tick@" + claimed));
      }
      assertThat(tables.fireTimes("tick")).doesNotHaveDuplicates();
      assertThat(received.firings()).doesNotHaveDuplicates();
    }
  }

  @Test
  void a_firing_that_was_committed_and_not_relayed_at_kill_minus_9_is_relayed_by_another()
      throws Exception {
    DatabaseOptions options = FreshDatabase.named("committed");
    JobSpec once = JobSpec.every("tick", Duration.ofSeconds(2), "ticks.tick", "relayed");
    try (TestDatabase tables = TestDatabase.migrated(options);
        RabbitBroker broker =
            RabbitBroker.open(RabbitOptions.of(DevServices.shared().rabbit().url()))) {
      Process killed = SchedulerProcess.start(options, null, List.of(once));
      try {
        await().atMost(PATIENCE).until(() -> tables.outboxRows() >= 2);
      } finally {
        killed.destroyForcibly().waitFor();
      }
      await().atMost(PATIENCE).until(() -> tables.outboxRows() == tables.firings("tick").size());
      List<String> committed = tables.firings("tick");

      Received received = Received.from(broker, "relayed");
      try (Scheduler relay =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of()))) {
        relay.start();
        await().atMost(PATIENCE).until(() -> tables.outboxRows() == 0);
      }
      await().atMost(PATIENCE).until(() -> received.ids().size() >= committed.size());
      assertThat(received.ids()).containsExactlyInAnyOrderElementsOf(tables.firings("tick"));
      assertThat(received.ids()).containsAll(committed);
    }
  }

  /** The instant of a firing that Quartz has handed over and that has not ended. */
  private static Optional<Instant> executing(TestDatabase tables) {
    return tables
        .query("SELECT SCHED_TIME FROM SLUICE_QRTZ_FIRED_TRIGGERS WHERE STATE = 'EXECUTING'")
        .stream()
        .findFirst()
        .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)));
  }

  private static boolean lockable(TestDatabase tables) throws SQLException {
    try (Connection connection = tables.database().dataSource().getConnection()) {
      connection.setAutoCommit(false);
      boolean locked = !JobTable.lockFree(connection, List.of("tick")).isEmpty();
      connection.rollback();
      return locked;
    }
  }

  /** As many instants, a second apart: none is missing, the time without a scheduler included. */
  private static List<Instant> everySecond(List<Instant> fired) {
    return Stream.iterate(fired.get(0), instant -> instant.plusSeconds(1))
        .limit(fired.size())
        .toList();
  }
}
