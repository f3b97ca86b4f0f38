package dev.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Broker;
import dev.sluice.broker.QueueStats;
import dev.sluice.broker.rabbit.RabbitBroker;
import dev.sluice.broker.rabbit.RabbitOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import dev.sluice.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The scheduler and its commands, each in a process of its own, as a stranger runs them. */
class ScheduleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final DevServices SERVICES = DevServices.shared();
  private static final String NAMESPACE = "schedule-it";

  @TempDir Path folder;
  private final Map<String, String> variables = CliProcess.servers(SERVICES);
  private final Broker broker =
      RabbitBroker.open(
          RabbitOptions.of(SERVICES.rabbit().url()).topology(new Topology(NAMESPACE)));

  @BeforeEach
  void connect() throws SQLException {
    variables.put("SLUICE_BROKER_NAMESPACE", NAMESPACE);
    variables.put("SLUICE_DATABASE_URL", freshDatabase("schedule_it"));
    await().until(() -> broker.health().connected());
    for (String queue : List.of("ticks", "tocks")) {
      broker.stats(broker.topology().queue(queue)).ifPresent(left -> purge(queue));
    }
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void jobs_are_reloaded_paused_and_run_while_the_scheduler_fires() throws Exception {
    jobs("tick: {task: shop.tick, queue: ticks, every: 1s}");
    assertThat(run("schedule", "add", "mine", "--task", "shop.tick", "--cron", "@yearly"))
        .contains("job mine (@yearly), next at 2");
    try (CliProcess scheduler = CliProcess.start(folder, variables, "scheduler")) {
      scheduler
          .awaitError("job tick (every 1s) enqueues shop.tick to ticks, next at 2")
          .awaitError("job mine (@yearly) enqueues shop.tick to sluice, next at 2")
          .awaitError("job tick: no task type known here is called shop.tick");
      await().atMost(PATIENCE).until(() -> ready("ticks") >= 2);

      assertThat(run("schedule", "pause", "tick")).contains("paused 1");
      long before = restOf("ticks");
      assertThat(run("schedule", "run", "tick")).contains("job tick fired at");
      await().atMost(PATIENCE).until(() -> ready("ticks") == before + 1);

      jobs("tick: {task: shop.tick, queue: ticks, evry: 1s}");
      scheduler.awaitError("the jobs stay as they were").awaitError("did you mean every?");
      jobs(
          "tick: {task: shop.tick, queue: ticks, every: 1s},"
              + " tock: {task: shop.tock, queue: tocks, every: 1s}");
      await().atMost(PATIENCE).until(() -> ready("tocks") >= 2);
      assertThat(ready("ticks")).isEqualTo(before + 1);

      assertThat(run("schedule", "resume", "tick")).contains("resumed 1");
      await().atMost(PATIENCE).until(() -> ready("ticks") >= before + 3);
      List<JsonNode> listed = json(run("schedule", "list", "--json"));
      assertThat(listed)
          .extracting(job -> job.path("job").asString(""))
          .contains("tick", "tock", "mine");
      assertThat(listed.get(listed.size() - 1).get("paused").intValue()).isZero();

      scheduler.terminate();
      assertThat(scheduler.end()).isZero();
      assertThat(scheduler.err()).containsOnlyOnce("the jobs stay as they were");
    }
  }

  @Test
  void jobs_that_cannot_be_stop_the_start_with_all_that_is_wrong() throws Exception {
    jobs("a: {task: t, cron: '61 * * * *'}, b: {every: 5m}");
    try (CliProcess scheduler = CliProcess.start(folder, variables, "scheduler")) {
      assertThat(scheduler.end()).isEqualTo(2);
      assertThat(scheduler.err())
          .contains("sluice.yaml", "scheduler.jobs.a: cron '61 * * * *' is not valid")
          .contains("scheduler.jobs.b: needs either task or builtin")
          .doesNotContain("\tat ");
    }
  }

  private static String freshDatabase(String name) throws SQLException {
    DatabaseService service = SERVICES.database();
    try (Connection connection =
            DriverManager.getConnection(service.jdbcUrl(), service.user(), service.password());
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name);
      statement.execute("CREATE DATABASE " + name);
    }
    return service.jdbcUrl(name);
  }

  private void jobs(String yaml) throws IOException {
    Files.writeString(folder.resolve("sluice.yaml"), "scheduler: {jobs: {" + yaml + "}}");
  }

  private String run(String... words) throws Exception {
    try (CliProcess command = CliProcess.start(folder, variables, words)) {
      assertThat(command.end()).as(command.err()).isZero();
      return command.out();
    }
  }

  private static List<JsonNode> json(String lines) {
    List<JsonNode> read = new ArrayList<>();
    lines.lines().forEach(line -> read.add(JsonMapper.shared().readTree(line)));
    return read;
  }

  private long ready(String queue) {
    return broker.stats(broker.topology().queue(queue)).map(QueueStats::ready).orElse(0L);
  }

  /** Waits until a queue that got a task every second got none in three. */
  private long restOf(String queue) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(3))
        .until(() -> last.getAndSet(ready(queue)) == last.get());
    return last.get();
  }

  private void purge(String queue) {
    broker.purge(broker.topology().queue(queue));
  }
}
