package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DevServices;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class WorkerSignalsIT {
  private static final String QUEUE = "signals";
  private static final DevServices SERVICES = DevServices.shared();

  /** Says that it runs by making a file, and ends when there is another one. */
  private static final String SOURCE =
      """
      import dev.sluice.task.TaskType;
      import dev.sluice.worker.*;
      import java.nio.file.*;

      public class Waiting implements TaskModule {
        public record Until(String file) {}

        @Override
        public void register(Handlers handlers, Services services) {
          TaskHandler<Until> handler = (until, task) -> {
            Path started = Path.of(until.file() + ".started");
            if (!Files.exists(started)) {
              Files.createFile(started);
            }
            while (!Files.exists(Path.of(until.file()))) {
              Thread.sleep(20);
            }
            Files.writeString(Path.of(until.file() + ".done"), "done");
            return Outcome.completed();
          };
          handlers.handle(TaskType.of("wait.until", Until.class).queue("signals"), handler);
        }
      }
      """;

  @TempDir Path folder;
  private final Broker broker = RabbitBroker.open(RabbitOptions.of(SERVICES.rabbit().url()));
  private Path lib;
  private Path release;

  @BeforeEach
  void compile() throws Exception {
    lib = ModuleJar.make(folder, "Waiting", SOURCE, true);
    release = folder.resolve("release");
    await().until(() -> broker.health().connected());
    broker.stats(QUEUE).ifPresent(left -> broker.purge(QUEUE));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void on_sigterm_what_runs_is_finished_and_the_status_is_0() throws Exception {
    try (CliProcess worker = worker()) {
      enqueue();
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file(".started")));

      worker.terminate();
      worker.awaitError("SIGTERM: finishing");
      Files.createFile(release);

      assertThat(worker.end()).isZero();
      assertThat(file(".done")).exists();
      await().until(() -> broker.stats(QUEUE).orElseThrow().ready() == 0);
    }
  }

  @Test
  void on_a_second_sigterm_the_process_ends_at_once_and_the_task_is_back_in_its_queue()
      throws Exception {
    try (CliProcess worker = worker()) {
      enqueue();
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file(".started")));

      worker.terminate();
      worker.awaitError("SIGTERM: finishing");
      worker.terminate();

      assertThat(worker.end()).isEqualTo(143);
      assertThat(file(".done")).doesNotExist();
      await().until(() -> broker.stats(QUEUE).orElseThrow().ready() == 1);
    }
  }

  @Test
  void a_wrong_password_is_said_once_and_the_worker_waits() throws Exception {
    Map<String, String> variables = CliProcess.servers(SERVICES);
    variables.put(
        "SLUICE_BROKER_URL",
        SERVICES.rabbit().url().replaceFirst("//[^:]+:[^@]+@", "//guest:not-the-password@"));

    try (CliProcess worker =
        CliProcess.start(folder, variables, "worker", "--lib", lib.toString())) {
      worker.awaitError("waiting for the broker");
      worker.terminate();

      assertThat(worker.end()).isZero();
      assertThat(worker.err())
          .containsOnlyOnce("waiting for the broker")
          .doesNotContain("not-the-password");
    }
  }

  @Test
  void a_database_that_is_not_there_ends_the_start_with_one_sentence() throws Exception {
    Map<String, String> variables = CliProcess.servers(SERVICES);
    variables.put("SLUICE_DATABASE_URL", SERVICES.database().jdbcUrl("nothing_here"));

    try (CliProcess worker = CliProcess.start(folder, variables, "worker")) {
      assertThat(worker.end()).isEqualTo(1);
      assertThat(worker.err()).contains("nothing_here").doesNotContain("\tat ");
    }
  }

  private CliProcess worker() throws Exception {
    return CliProcess.start(
            folder,
            CliProcess.servers(SERVICES),
            "worker",
            "--lib",
            lib.toString(),
            "--queues",
            QUEUE)
        .awaitError("consumes");
  }

  private void enqueue() {
    try (Producer producer = Producer.open(broker, ProducerOptions.DEFAULTS)) {
      producer.enqueueNamed(
          "wait.until",
          JsonMapper.shared().createObjectNode().put("file", release.toString()),
          1,
          QUEUE,
          EnqueueOptions.DEFAULTS);
    }
  }

  private Path file(String suffix) {
    return Path.of(release + suffix);
  }
}
