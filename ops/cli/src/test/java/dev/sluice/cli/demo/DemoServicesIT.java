package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo on real servers, while things break. */
class DemoServicesIT {

  @Test
  void a_worker_process_killed_three_times_loses_and_doubles_nothing() {
    DemoCall demo =
        DemoCall.of("--services", "--kill-worker", "3", "--posts", "800", "--exit", "--json");

    assertHolds(demo);
    assertThat(demo.err()).contains("kill -9 of the worker process, number 3");
  }

  @Test
  void a_restart_of_rabbitmq_on_the_way_loses_and_doubles_nothing() {
    DemoCall demo =
        DemoCall.of("--services", "--restart-broker", "--posts", "800", "--exit", "--json");

    assertHolds(demo);
    assertThat(demo.err()).contains("RabbitMQ is being restarted");
  }

  @Test
  void on_a_redis_cluster_every_timeline_is_right_too() {
    DemoCall demo =
        DemoCall.of(
            "--services",
            "--redis-cluster",
            "--users",
            "3000",
            "--posts",
            "200",
            "--exit",
            "--json");

    assertHolds(demo);
    assertThat(demo.err())
        .contains("Cluster on redis-cluster://")
        .containsPattern("timeline.fan_out .* 2,999 of 2,999");
  }

  private static void assertHolds(DemoCall demo) {
    assertThat(demo.status()).as(demo.err()).isZero();
    JsonNode summary = demo.json();
    assertThat(summary.get("lost").asInt()).isZero();
    assertThat(summary.get("double").asInt()).isZero();
    assertThat(summary.get("timeline_writes")).isEqualTo(summary.get("expected_timeline_writes"));
    assertThat(summary.get("continuations").asInt()).isPositive();
    assertThat(demo.err())
        .containsPattern("timelines.recount +\\d+ fired, +[1-9]\\d* completed")
        .containsPattern("firings +\\d+, each ended exactly once");
  }
}
