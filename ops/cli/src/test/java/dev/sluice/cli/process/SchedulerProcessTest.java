package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.QueueStats;
import dev.sluice.broker.memory.InMemoryBroker;
import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.settings.SettingsException;
import dev.sluice.settings.SluiceSettings;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final InMemoryBroker broker = InMemoryBroker.open(Topology.DEFAULT);
  private final Database database =
      Database.open(
          DatabaseOptions.of("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=MySQL;DB_CLOSE_DELAY=-1"));
  private final StopSignal stop = new StopSignal(() -> {});

  @AfterEach
  void close() {
    database.close();
    broker.close();
  }

  @Test
  void fires_the_jobs_of_the_settings_until_it_is_told_to_stop() throws IOException {
    jobs("tick: {task: shop.tick, queue: ticks, every: 1s}");

    CompletableFuture<Void> process = start();
    await().atMost(PATIENCE).until(() -> ready("ticks") >= 2);

    stop.end();
    process.join();
    assertThat(process).isCompleted();
  }

  @Test
  void fires_the_jobs_of_a_file_that_changed_and_no_others() throws IOException {
    jobs("tick: {task: shop.tick, queue: ticks, every: 1s}");
    CompletableFuture<Void> process = start();
    await().atMost(PATIENCE).until(() -> ready("ticks") >= 1);

    jobs("tock: {task: shop.tock, queue: tocks, every: 1s}");

    await().atMost(PATIENCE).until(() -> ready("tocks") >= 2);
    long ticks = ready("ticks");
    long tocks = ready("tocks");
    await().atMost(PATIENCE).until(() -> ready("tocks") >= tocks + 2);
    assertThat(ready("ticks")).isEqualTo(ticks);
    stop.end();
    process.join();
  }

  @Test
  void a_file_that_is_not_valid_leaves_the_jobs_as_they_were() throws IOException {
    jobs("tick: {task: shop.tick, queue: ticks, every: 1s}");
    CompletableFuture<Void> process = start();
    await().atMost(PATIENCE).until(() -> ready("ticks") >= 1);

    jobs("tick: {task: shop.tick, queue: ticks, cron: '0 0 0 30 2 ?'}");
    // Longer than it takes to notice.
    long before = ready("ticks");
    await().atMost(PATIENCE).until(() -> ready("ticks") >= before + 5);

    jobs("tock: {task: shop.tock, queue: tocks, every: 1s}");
    await().atMost(PATIENCE).until(() -> ready("tocks") >= 1);
    stop.end();
    process.join();
  }

  @Test
  void a_job_that_cannot_be_stops_the_start_before_anything_is_stored() throws Exception {
    jobs("tick: {task: shop.tick, cron: 'every now and then'}");

    assertThatThrownBy(this::run)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("sluice.yaml")
        .hasMessageContaining("scheduler.jobs.tick: cron 'every now and then' is not valid");
  }

  @Test
  void a_dated_job_that_is_over_stops_nothing() throws IOException {
    jobs(
        "over: {task: shop.over, queue: overs, cron: '0 0 6 1 1 ? 2020'},"
            + " tick: {task: shop.tick, queue: ticks, every: 1s}");

    CompletableFuture<Void> process = start();
    await().atMost(PATIENCE).until(() -> ready("ticks") >= 1);

    stop.end();
    process.join();
    assertThat(ready("overs")).isZero();
  }

  @Test
  void a_job_that_is_never_due_stops_the_start() throws Exception {
    jobs("tick: {task: shop.tick, cron: '0 0 0 30 2 ?'}");

    assertThatThrownBy(this::run)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("'tick'")
        .hasMessageContaining("never due");
  }

  private void jobs(String yaml) throws IOException {
    Files.writeString(folder.resolve("sluice.yaml"), "scheduler: {jobs: {" + yaml + "}}");
  }

  private long ready(String queue) {
    return broker.stats(queue).map(QueueStats::ready).orElse(0L);
  }

  private CompletableFuture<Void> start() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void run() throws InterruptedException {
    database.migrate();
    Path file = folder.resolve("sluice.yaml");
    SettingsSource source = new SettingsSource(file, () -> SluiceSettings.load(file, Map.of()));
    new SchedulerProcess(source, source.read().get(), broker, database, null).run(stop);
  }
}
