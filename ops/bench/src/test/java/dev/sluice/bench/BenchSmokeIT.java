package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devservices.DevServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every scenario, short, so that it cannot rot; figures so taken mean nothing. */
class BenchSmokeIT {
  private static final DevServices SERVICES = DevServices.shared();
  private static final int PATIENCE_MINUTES = 3;
  private static final Set<String> WITHOUT_FILES =
      Set.of("enqueue", "outbox", "fanout", "latency", "fairness", "schedule", "truncate");

  @TempDir Path folder;

  @Test
  void enqueue_loses_and_doubles_nothing() throws Exception {
    assertSound(run("enqueue", "--tasks", "300", "--rounds", "1"), "raw", "sluice");
  }

  @Test
  void drain_loses_and_doubles_nothing_and_neither_do_the_peers() throws Exception {
    assertSound(
        run("drain", "--tasks", "300", "--rounds", "1"), "raw", "spring-amqp", "celery", "sluice");
  }

  @Test
  void write_loses_and_doubles_nothing_and_neither_do_the_peers() throws Exception {
    List<JsonNode> lines =
        run(
            "write",
            "--tasks=700",
            "--peer-tasks=50",
            "--rounds=1",
            "--csv=" + folder.resolve("write.csv"),
            "--database-url=" + SERVICES.database().url());

    assertSound(lines, "raw", "spring-amqp", "jobrunr", "db-scheduler", "celery", "sluice");
    assertThat(Files.readAllLines(folder.resolve("write.csv"))).hasSize(7);
  }

  @Test
  void burst_stays_below_its_ceiling_through_a_frozen_database() throws Exception {
    List<JsonNode> lines =
        runWithout(
            Map.of(),
            "burst",
            "--ceiling=200",
            "--seconds=4",
            "--normal=2",
            "--freeze=1",
            "--rounds=1",
            "--chart=" + folder.resolve("burst.svg"),
            "--samples=" + folder.resolve("burst.csv"));

    assertSound(lines, "sluice-freeze", "sluice");
    assertThat(lines).allSatisfy(line -> assertThat(line.get("window_p50").asLong()).isPositive());
    // Other tests take the processor meanwhile: not the target, but no burst either.
    assertThat(lines.get(1).get("window_p99_ratio").asDouble()).isLessThan(2);
    assertThat(folder.resolve("burst.svg")).content().contains("<polyline", "ceiling");
    assertThat(folder.resolve("burst.csv")).content().contains("rows/s,", "waiting,");
  }

  @Test
  void overload_loses_and_doubles_nothing() throws Exception {
    List<JsonNode> lines =
        runWithout(
            Map.of(),
            "overload",
            "--probe=3",
            "--normal=3",
            "--seconds=3",
            "--factor=3",
            "--sampling=1",
            "--rounds=1",
            "--chart=" + folder.resolve("overload.svg"));

    assertSound(lines, "sluice");
    assertThat(lines.get(0).get("normal_p99_us").asLong()).isPositive();
    assertThat(lines.get(0).get("p99_us").asLong()).isPositive();
    assertThat(lines.get(0).get("heap_mb").asInt()).isBetween(1, 256);
    assertThat(folder.resolve("overload.svg")).content().contains("<polyline");
  }

  @Test
  void latency_loses_and_doubles_nothing() throws Exception {
    List<JsonNode> lines =
        run(
            "latency",
            "--rate=50",
            "--seconds=1",
            "--rounds=1",
            "--database-url=" + SERVICES.database().url());

    assertSound(lines, "raw", "spring-amqp", "sluice");
    assertThat(lines.get(2).get("due_p99_us").asDouble()).isPositive();
  }

  @Test
  void schedule_fires_what_is_due_once() throws Exception {
    List<JsonNode> lines =
        run(
            "schedule",
            "--jobs=20",
            "--due=10",
            "--seconds=4",
            "--rounds=1",
            "--schedulers=2",
            "--lead=6");

    assertSound(lines, "sluice-burst", "sluice");
    assertThat(lines.get(1).get("start_ms").asLong()).isPositive();
    assertThat(lines.get(1).get("p99_us").asLong()).isPositive();
  }

  @Test
  void fairness_starts_every_interactive_task() throws Exception {
    List<JsonNode> lines =
        run(
            "fairness",
            "--rate=20",
            "--seconds=1",
            "--bulk=200",
            "--rounds=1",
            "--database-url=" + SERVICES.database().url());

    assertSound(lines, "alone", "one-queue", "sluice");
    assertThat(lines.get(2).get("slo").get("started").asInt()).isEqualTo(20);
  }

  @Test
  void idle_tells_processor_and_queries() throws Exception {
    List<JsonNode> lines = runWithout(Map.of(), "idle", "--seconds=2", "--settle=1", "--rounds=1");

    assertSound(lines, "sluice");
    assertThat(lines.get(0).get("cpu_percent").asDouble()).isPositive();
    assertThat(lines.get(0).get("rss_mb").asInt()).isPositive();
  }

  @Test
  void load_enqueues_as_many_tasks_as_its_rate_and_ramp_say_and_stops() throws Exception {
    List<JsonNode> lines =
        command(
            Map.of("SLUICE_BROKER_URL", SERVICES.rabbit().url()),
            List.of(
                "load",
                "--task=clicks.record",
                "--kwargs={\"user\": 7}",
                "--queue=bench-load",
                "--rate=100",
                "--ramp=2",
                "--for=1s",
                "--json"));

    JsonNode summary = lines.get(lines.size() - 1);
    assertThat(summary.get("accepted").asInt()).isEqualTo(200);
    assertThat(summary.get("refused").asInt()).isZero();
    assertThat(summary.get("waiting_end").asInt()).isEqualTo(200);
    assertThat(summary.get("p99_us").asDouble()).isPositive();
    assertThat(lines.get(0).get("seconds").asInt()).isEqualTo(1);
  }

  @Test
  void outbox_loses_and_doubles_nothing_with_two_relays() throws Exception {
    List<JsonNode> lines =
        run(
            "outbox",
            "--tasks=700",
            "--rounds=1",
            "--relays=2",
            "--database-url=" + SERVICES.database().url());

    assertSound(lines, "raw", "sluice");
    assertThat(lines.get(1).get("relays").asInt()).isEqualTo(2);
  }

  @Test
  void spool_loses_and_doubles_nothing() throws Exception {
    List<JsonNode> lines =
        run("spool", "--rate=300", "--seconds=1", "--rounds=1", "--threads=2", "--mvstore");

    assertSound(lines, "empty", "raw", "mvstore", "sluice");
    assertThat(lines.get(3).get("due_window_p999_us_max").asDouble()).isPositive();
  }

  @Test
  void spool_through_an_outage() throws Exception {
    List<JsonNode> lines = runWithout(Map.of(), "spool", "--rate=200", "--seconds=2", "--outage=3");

    assertSound(lines, "sluice");
    assertThat(lines.get(0).get("accepted").asInt()).isEqualTo(1400);
    assertThat(lines.get(0).get("failed").asInt()).isZero();
    assertThat(lines.get(0).get("heap_mb").asInt()).isBetween(1, 256);
    assertThat(lines.get(0).get("catch_up_s").asDouble()).isNotNegative();
  }

  @Test
  void gateway_answers_every_request_and_loses_and_doubles_nothing() throws Exception {
    List<JsonNode> lines =
        run("gateway", "--rate=200", "--seconds=1", "--rounds=1", "--held=300", "--connections=4");

    assertSound(lines, "raw", "sluice-fresh", "sluice-held", "sluice");
    assertThat(lines).allMatch(line -> line.get("failed").asLong() == 0);
    JsonNode held = lines.get(2);
    assertThat(held.get("statuses").get("202").asInt()).isEqualTo(30);
    assertThat(held.get("connections").asInt()).isEqualTo(300);
    assertThat(held.get("heap_mb").asInt()).isBetween(1, 256);
  }

  @Test
  void fanout_brings_every_post_to_every_timeline_of_every_size() throws Exception {
    List<JsonNode> lines =
        runWithout(
            Map.of(),
            "fanout",
            "--recipients=700,5000",
            "--timelines=full",
            "--set=timelines.chunk=500",
            "--rounds=1");

    assertSound(lines.subList(0, 4), "raw", "sluice", "raw", "sluice");
    assertThat(lines.get(3).get("recipients").asInt()).isEqualTo(5000);
    JsonNode whole = lines.get(4);
    assertThat(whole.get("subject").asString()).isEqualTo("whole");
    assertThat(whole.get("redis_bytes_per_entry").asDouble()).isBetween(10.0, 100.0);
    assertThat(whole.get("heap_peak_mb").asInt()).isBetween(1, 256);
    assertThat(whole.get("page_p99_us").asLong()).isPositive();
  }

  @Test
  void truncate_deletes_exactly_the_old_rows() throws Exception {
    List<JsonNode> lines =
        runWithout(Map.of(), "truncate", "--rows=20000", "--load=20", "--seconds=1", "--rounds=1");

    assertSound(lines, "sluice");
    assertThat(lines.get(0).get("rows").asLong()).isPositive();
    assertThat(lines.get(0).get("quiet_p99_us").asLong()).isPositive();
    assertThat(lines.get(0).get("drop_seconds").asDouble()).isPositive();
  }

  private List<JsonNode> run(String... arguments) throws Exception {
    return runWithout(Map.of("SLUICE_BROKER_URL", SERVICES.rabbit().url()), arguments);
  }

  /** Runs a scenario as the launcher does, with these variables alone of Sluice's. */
  private List<JsonNode> runWithout(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> bench = new ArrayList<>(List.of("bench"));
    bench.addAll(List.of(arguments));
    bench.add("--json");
    if (!WITHOUT_FILES.contains(arguments[0])) {
      bench.add("--folder=" + folder);
    }
    return command(environment, bench);
  }

  private List<JsonNode> command(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.cli.Main"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("SLUICE_BROKER_URL");
    builder.environment().remove("SLUICE_DATABASE_URL");
    builder.environment().putAll(environment);
    Path text = folder.resolve("text");
    Path json = folder.resolve("json");
    Process process = builder.redirectError(text.toFile()).redirectOutput(json.toFile()).start();
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(text, StandardCharsets.UTF_8)).isZero();
    return Files.readAllLines(json).stream().map(JsonMapper.shared()::readTree).toList();
  }

  private static void assertSound(List<JsonNode> lines, String... subjects) {
    assertThat(lines).extracting(line -> line.get("subject").asString()).containsExactly(subjects);
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.get("lost").asLong()).isZero();
              assertThat(line.get("double").asLong()).isZero();
              assertThat(line.get("rounds").asInt()).isEqualTo(1);
            });
  }
}
