package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice enqueue} that is stopped in the middle of many tasks. */
class EnqueueSignalIT {
  private static final String QUEUE = "enqueue-signal";
  private static final DevServices SERVICES = DevServices.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void on_sigterm_the_ids_of_all_tasks_that_are_stored_are_printed() throws Exception {
    try (Broker broker = RabbitBroker.open(RabbitOptions.of(SERVICES.rabbit().url()));
        CliProcess enqueue =
            CliProcess.start(
                folder,
                CliProcess.servers(SERVICES),
                "enqueue",
                "clicks.record",
                "--queue",
                QUEUE,
                "--count",
                "10000000")) {
      await().atMost(PATIENCE).until(() -> broker.health().connected());
      await().atMost(PATIENCE).until(() -> enqueue.out().lines().count() > 1_000);
      enqueue.terminate();

      assertThat(enqueue.end()).isEqualTo(1);
      long printed = enqueue.out().lines().distinct().count();
      assertThat(enqueue.err()).contains("stopped: " + printed + " of 10000000 tasks are enqueued");
      await().atMost(PATIENCE).until(() -> broker.stats(QUEUE).orElseThrow().ready() == printed);
      broker.purge(QUEUE);
    }
  }
}
