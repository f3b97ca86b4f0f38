package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Three scheduler processes on one MariaDB and one RabbitMQ. */
class ThreeSchedulersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);
  private static final int KILLS = 5;
  private static final String QUEUE = "three";

  @Test
  void while_one_is_killed_every_few_seconds_each_instant_is_fired_once_and_none_is_missing()
      throws Exception {
    List<JobSpec> jobs =
        List.of(
            everySecond("one").misfire(MisfirePolicy.ALL),
            everySecond("two").misfire(MisfirePolicy.ALL),
            everySecond("three"),
            everySecond("four"));
    DatabaseOptions options = FreshDatabase.named("three");
    String url = DevServices.shared().rabbit().url();
    Deque<Process> running = new ArrayDeque<>();
    try (TestDatabase tables = TestDatabase.migrated(options);
        RabbitBroker broker = RabbitBroker.open(RabbitOptions.of(url))) {
      Received received = Received.from(broker, QUEUE);
      try {
        for (int i = 0; i < 3; i++) {
          running.add(SchedulerProcess.start(options, url, jobs));
        }
        await().atMost(PATIENCE).until(() -> tables.fireTimes("four").size() >= 3);
        for (int kill = 0; kill < KILLS; kill++) {
          Instant next = Instant.now().plus(BETWEEN_KILLS);
          running.remove().destroyForcibly();
          running.add(SchedulerProcess.start(options, url, jobs));
          await().atMost(PATIENCE).until(() -> !Instant.now().isBefore(next));
        }
        Instant killed = Instant.now();
        // What was claimed and not committed is recovered once the dead are missed.
        for (JobSpec job : jobs) {
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> {
                    List<Instant> fired = tables.fireTimes(job.name());
                    assertThat(fired).last().isEqualTo(everySecond(fired).get(fired.size() - 1));
                    assertThat(fired.get(fired.size() - 1)).isAfter(killed);
                  });
        }
        Schedules schedules =
            Schedules.of(tables.database(), Topology.DEFAULT, InstantSource.system());
        for (JobSpec job : jobs) {
          schedules.pause(job.name());
        }
        await().atMost(PATIENCE).until(() -> tables.outboxRows() == 0);
      } finally {
        running.forEach(Process::destroyForcibly);
      }
      List<String> tasks = new ArrayList<>();
      for (JobSpec job : jobs) {
        List<Instant> fired = tables.fireTimes(job.name());
        assertThat(fired).as("the instants of %s", job.name()).isEqualTo(everySecond(fired));
        tasks.addAll(tables.firings(job.name()));
      }
      assertThat(tasks).doesNotHaveDuplicates().doesNotContainNull();
      // Killed between confirm and delete, a relay leaves a task to be published again.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(new HashSet<>(received.ids()))
                      .containsExactlyInAnyOrderElementsOf(tasks));
    }
  }

  private static JobSpec everySecond(String name) {
    return JobSpec.every(name, Duration.ofSeconds(1), "ticks." + name, QUEUE);
  }

  private static List<Instant> everySecond(List<Instant> fired) {
    return Stream.iterate(fired.get(0), instant -> instant.plusSeconds(1))
        .limit(fired.size())
        .toList();
  }
}
