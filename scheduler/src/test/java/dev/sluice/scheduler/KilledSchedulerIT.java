package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KilledSchedulerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void what_a_scheduler_fired_before_kill_minus_9_arrives_once_after_a_restart() throws Exception {
    DatabaseOptions options = FreshDatabase.named("killed");
    try (TestDatabase tables = TestDatabase.migrated(options);
        InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT)) {
      Process killed = SchedulerProcess.start(options);
      try {
        await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= 3);
      } finally {
        killed.destroyForcibly().waitFor();
      }
      List<String> before = tables.firings("tick");
      assertThat(tables.outboxRows()).isEqualTo(before.size());

      Received received = Received.from(broker, "ticks");
      try (Scheduler next =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, SchedulerProcess.JOBS))) {
        next.start();
        await().atMost(PATIENCE).until(() -> tables.firings("tick").size() >= before.size() + 3);
      }
      try (Scheduler relay =
          Scheduler.open(SchedulerOptions.of(tables.database(), broker, List.of()))) {
        relay.start();
        await().atMost(PATIENCE).until(() -> tables.outboxRows() == 0);
      }
      assertThat(received.ids())
          .containsAll(before)
          .containsExactlyInAnyOrderElementsOf(tables.firings("tick"));
      List<Instant> times = tables.fireTimes("tick");
      assertThat(times)
          .as("no instant is missing, the time without a scheduler included")
          .isEqualTo(
              Stream.iterate(times.get(0), instant -> instant.plusSeconds(1))
                  .limit(times.size())
                  .toList());
    }
  }
}
