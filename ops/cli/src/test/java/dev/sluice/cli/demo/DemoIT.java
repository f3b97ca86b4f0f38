package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DemoIT {
  @TempDir private Path folder;

  @Test
  void in_one_process_nothing_is_lost_nothing_doubled_and_every_timeline_right() {
    DemoCall demo = DemoCall.of("--posts", "500", "--seed", "1", "--exit", "--json");

    assertThat(demo.status()).as(demo.err()).isZero();
    JsonNode summary = demo.json();
    assertThat(summary.propertyNames())
        .containsExactly(
            "posts",
            "tasks_enqueued",
            "tasks_completed",
            "rows_written",
            "timeline_writes",
            "expected_timeline_writes",
            "continuations",
            "lost",
            "double",
            "seconds",
            "tasks_per_second");
    assertThat(summary.get("posts").asInt()).isEqualTo(500);
    assertThat(summary.get("lost").asInt()).isZero();
    assertThat(summary.get("double").asInt()).isZero();
    assertThat(summary.get("expected_timeline_writes").asLong()).isGreaterThan(100_000);
    assertThat(summary.get("timeline_writes")).isEqualTo(summary.get("expected_timeline_writes"));
    // Five posts by the celebrity, each for 19,999 followers in chunks of 500.
    assertThat(summary.get("continuations").asInt()).isGreaterThanOrEqualTo(5 * 40);
    assertThat(summary.get("tasks_completed")).isEqualTo(summary.get("tasks_enqueued"));
    assertThat(demo.err())
        .contains("seed 1")
        .containsPattern("truncation +\\d+ runs removed [1-9]\\d* entries")
        .contains("5 dead tasks were sent back and succeeded")
        .contains("5000 of 5000 deleted by their retention")
        .contains("500 of 500 that had expired deleted")
        .containsPattern("sluice.truncate_tables +\\d+ fired, +[1-9]\\d* completed")
        .containsPattern("firings +\\d+, each ended exactly once");
  }

  @Test
  void a_small_graph_of_ones_own_has_fan_outs_too() throws IOException {
    Path graph = Files.writeString(folder.resolve("graph.txt"), "# me\n1 9\n2 9\n3 9\n4 9\n9 1\n");

    DemoCall demo = DemoCall.of("--graph", graph.toString(), "--posts", "20", "--exit", "--json");

    assertThat(demo.status()).as(demo.err()).isZero();
    assertThat(demo.json().get("continuations").asInt()).isPositive();
  }

  @Test
  void wrong_usage_is_told_before_anything_starts() {
    assertThat(DemoCall.of("--posts", "0").status()).isEqualTo(2);
    assertThat(DemoCall.of("--undirected").err()).contains("--undirected needs --graph");
    assertThat(DemoCall.of("--kill-worker", "1").err()).contains("need --services");
    assertThat(DemoCall.of("--services", "--servers", "potato").err()).contains("bookworm");
  }
}
