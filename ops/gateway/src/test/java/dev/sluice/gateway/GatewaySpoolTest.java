package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spool.SpoolOptions;
import dev.sluice.spool.SpoolOptions.WhenFull;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewaySpoolTest {
  private static final String BIG = "{\"a\":\"" + "x".repeat(100_000) + "\"}";

  @TempDir Path folder;

  @Test
  void tasks_are_taken_while_there_is_no_broker() {
    try (Edge edge = Edge.spooling(options())) {
      Answer answer = edge.post("/v1/tasks/clicks.record", "{}");

      assertThat(answer.status()).isEqualTo(202);
      assertThat(folder).isDirectoryContaining(file -> file.toString().endsWith(".log"));
    }
  }

  @Test
  void a_spool_that_is_full_is_503_with_the_time_to_come_back() {
    try (Edge edge = Edge.spooling(options())) {
      Answer answer = edge.post("/v1/tasks/clicks.record", BIG);
      for (int i = 0; i < 100 && answer.status() == 202; i++) {
        answer = edge.post("/v1/tasks/clicks.record", BIG);
      }

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.problem()).isEqualTo("full");
      assertThat(answer.header("Retry-After")).contains("5");
      Answer batch =
          edge.post(
              "/v1/tasks",
              Collections.nCopies(3, "{\"name\":\"clicks.record\",\"kwargs\":" + BIG + "}")
                  .toString());
      assertThat(batch.status()).isEqualTo(207);
      assertThat(batch.json().path("refused").intValue()).isEqualTo(3);
      assertThat(batch.header("Retry-After")).contains("5");
    }
  }

  private SpoolOptions options() {
    return SpoolOptions.of(folder).limits(1 << 20, 1 << 18).whenFull(WhenFull.REJECT);
  }
}
