package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.QueueStats;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerProcessTest {
  @TempDir Path folder;

  @Test
  void fires_the_jobs_of_the_settings_until_it_is_told_to_stop() throws Exception {
    SluiceSettings settings =
        SluiceSettings.load(
            Files.writeString(
                folder.resolve("sluice.yaml"),
                "scheduler: {jobs: {tick: {task: shop.tick, queue: ticks, every: 1s}}}"),
            Map.of());
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1";
    StopSignal stop = new StopSignal(() -> {});
    try (InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
        Database database = Database.open(DatabaseOptions.of(url))) {
      database.migrate();
      CompletableFuture<Void> process =
          CompletableFuture.runAsync(() -> run(settings, broker, database, stop));

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> broker.stats("ticks").map(QueueStats::ready).orElse(0L) >= 2);

      stop.end();
      process.join();
      assertThat(process).isCompleted();
    }
  }

  private static void run(
      SluiceSettings settings, InMemoryBroker broker, Database database, StopSignal stop) {
    try {
      new SchedulerProcess(settings, broker, database).run(stop);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
