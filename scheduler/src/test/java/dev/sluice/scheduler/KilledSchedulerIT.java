package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
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

  /** As many instants, a second apart: none is missing, the time without a scheduler included. */
  private static List<Instant> everySecond(List<Instant> fired) {
    return Stream.iterate(fired.get(0), instant -> instant.plusSeconds(1))
        .limit(fired.size())
        .toList();
  }
}
