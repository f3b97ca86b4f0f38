package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Cli.Ran;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class QueuesCommandTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = new Cli(folder, Map.of("SLUICE_BROKER_URL", "amqp://localhost"));
    cli.run("enqueue", "a.task", "--queue", "orders", "--count", "2");
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  @Test
  void a_table_shows_depth_and_consumers_and_a_dash_for_what_is_not_there() {
    assertThat(cli.run("queues", "orders", "nothing").out())
        .isEqualToNormalizingNewlines(
            """
            QUEUE    READY  CONSUMERS
            orders       2          0
            nothing      -          -

            """);
  }

  @Test
  void json_is_one_line_with_every_queue() {
    Ran ran = cli.run("queues", "orders", "nothing", "--json");

    assertThat(ran.out().lines()).hasSize(1);
    JsonNode queues = Json.MAPPER.readTree(ran.out()).get("queues");
    assertThat(queues.get(0).get("ready").intValue()).isEqualTo(2);
    assertThat(queues.get(1).get("ready").isNull()).isTrue();
  }

  @Test
  void the_queues_of_sluice_itself_are_shown_by_default() {
    assertThat(cli.run("queues").out()).contains("sluice.dead", "sluice.unrouted", "maintenance");
  }
}
