package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewaySchemasTest {
  private static final String ORDER =
      """
      {"type": "object", "required": ["user"], "additionalProperties": false,
       "properties": {"user": {"type": "integer", "minimum": 1},
                      "items": {"type": "array", "items": {"type": "string"}}}}
      """;

  @TempDir Path folder;

  @Test
  void a_payload_that_breaks_its_schema_is_422_with_every_place() throws IOException {
    write("clicks.record.schema.json", ORDER);
    try (Edge edge = open()) {
      Answer answer =
          edge.post(
              "/v1/tasks/clicks.record", "{\"user\": 0, \"items\": [\"a\", 2], \"odd name\": 1}");

      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.problem()).isEqualTo("invalid");
      assertThat(answer.paths()).containsExactlyInAnyOrder("$.user", "$.items[1]", "$");
      assertThat(edge.broker.stats("sluice")).isEmpty();
    }
  }

  @Test
  void a_payload_of_a_batch_is_checked_with_its_place_in_the_batch() throws IOException {
    write("clicks.record.schema.json", ORDER);
    try (Edge edge = open()) {
      Answer answer =
          edge.post(
              "/v1/tasks",
              "[{\"name\": \"clicks.record\", \"kwargs\": {\"user\": 1}},"
                  + " {\"name\": \"clicks.record\", \"kwargs\": {\"user\": \"1\"}}]");

      assertThat(answer.status()).isEqualTo(207);
      assertThat(answer.json().at("/items/1/problem/errors/0/path").stringValue())
          .isEqualTo("$[1].kwargs.user");
    }
  }

  @Test
  void a_payload_that_keeps_to_its_schema_and_one_without_a_schema_are_taken() throws IOException {
    write("clicks.record.schema.json", ORDER);
    write("README.md", "not a schema");
    try (Edge edge = open()) {
      assertThat(edge.post("/v1/tasks/clicks.record", "{\"user\": 7}").status()).isEqualTo(202);
      assertThat(edge.post("/v1/tasks/clicks.other", "{\"user\": 0}").status()).isEqualTo(202);
    }
  }

  @Test
  void a_schema_that_is_none_stops_the_start() throws IOException {
    write("clicks.record.schema.json", "{\"type\": ");

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gateway.schemas")
        .hasMessageContaining("clicks.record.schema.json");
  }

  @Test
  void a_folder_that_is_not_there_stops_the_start() {
    folder = folder.resolve("none");

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gateway.schemas: the folder " + folder);
  }

  private Edge open() {
    return Edge.of("  schemas: " + folder + "\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
