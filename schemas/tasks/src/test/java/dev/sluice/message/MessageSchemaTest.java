package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The decoder and the published JSON Schema take and refuse the same messages. */
class MessageSchemaTest {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(
              Objects.requireNonNull(MessageCodec.class.getResourceAsStream("message.schema.json")),
              InputFormat.JSON);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [[], {}, null]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [[1, {}], {\"a\": [2]}, {}]}",
        "{\"content_type\": \"application/json\", \"content_encoding\": \"UTF-8\","
            + " \"headers\": {\"task\": \"t\", \"id\": \"1\", \"retries\": 3, \"timelimit\": [1.5, null],"
            + " \"eta\": \"2026-11-21T02:05:00.635648+00:00\", \"expires\": null, \"group\": 7,"
            + " \"ignore_result\": true, \"sluice-version\": 2, \"root_id\": null, \"parent_id\": \"0\"},"
            + " \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"eta\": \"2026-11-21 02:05:00\"},"
            + " \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"timelimit\": [0, 0]}, \"body\": [[], {}, {}]}",
      })
  void good_messages_are_taken_by_both(String message) {
    assertThat(SCHEMA.validate(MAPPER.readTree(message))).isEmpty();
    assertThat(refusal(message)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"headers\": {\"id\": \"1\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \" \", \"id\": \"1\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": 1}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"retries\": \"1\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"retries\": -1}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"eta\": \"soon\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"eta\": 5}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"expires\": \"\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"timelimit\": [1]}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"timelimit\": [-1, null]},"
            + " \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"timelimit\": \"5\"}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"ignore_result\": 0}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"sluice-version\": 0},"
            + " \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"root_id\": 5}, \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\", \"compression\": \"application/zstd\"},"
            + " \"body\": [[], {}, {}]}",
        "{\"content_type\": \"text/plain\", \"headers\": {\"task\": \"t\", \"id\": \"1\"},"
            + " \"body\": [[], {}, {}]}",
        "{\"content_encoding\": \"binary\", \"headers\": {\"task\": \"t\", \"id\": \"1\"},"
            + " \"body\": [[], {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": {}}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [[], {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [{}, {}, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [[], null, {}]}",
        "{\"headers\": {\"task\": \"t\", \"id\": \"1\"}, \"body\": [[], {}, 5]}",
      })
  void bad_messages_are_refused_by_both(String message) {
    assertThat(SCHEMA.validate(MAPPER.readTree(message))).isNotEmpty();
    assertThat(refusal(message)).isNotNull();
  }

  /** The decoder's reason; null when it takes the message. */
  private static @Nullable String refusal(String json) {
    JsonNode root = MAPPER.readTree(json);
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    root.get("headers")
        .properties()
        .forEach(
            header ->
                headers.put(header.getKey(), MAPPER.treeToValue(header.getValue(), Object.class)));
    Message message =
        new Message(
            root.path("content_type").asString(null),
            root.path("content_encoding").asString(null),
            0,
            null,
            null,
            headers,
            root.get("body").toString().getBytes(StandardCharsets.UTF_8));
    try {
      TaskMessage task = MessageCodec.decode(message);
      TaskBody body = new PayloadCodec().parse(task);
      return body.args() == null ? "no arguments" : null;
    } catch (MalformedMessage e) {
      return e.getMessage();
    }
  }
}
