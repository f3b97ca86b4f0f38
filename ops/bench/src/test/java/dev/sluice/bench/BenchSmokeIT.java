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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every scenario, short, so that it cannot rot; figures so taken mean nothing. */
class BenchSmokeIT {
  private static final DevServices SERVICES = DevServices.shared();
  private static final int PATIENCE_MINUTES = 3;

  @TempDir Path folder;

  @Test
  void enqueue_loses_and_doubles_nothing() throws Exception {
    assertSound(run("enqueue", "--tasks", "300", "--rounds", "1"), "raw", "sluice");
  }

  @Test
  void drain_loses_and_doubles_nothing() throws Exception {
    assertSound(run("drain", "--tasks", "300", "--rounds", "1"), "raw", "sluice");
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

  private List<JsonNode> run(String... arguments) throws Exception {
    return runWithout(Map.of("SLUICE_BROKER_URL", SERVICES.rabbit().url()), arguments);
  }

  /** Runs a scenario as the launcher does, with these variables alone of Sluice's. */
  private List<JsonNode> runWithout(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.cli.Main",
                "bench"));
    command.addAll(List.of(arguments));
    command.add("--json");
    if (!List.of("enqueue", "drain", "outbox", "fanout").contains(arguments[0])) {
      command.add("--folder=" + folder);
    }
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
