package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds every answer that a test gets against {@code openapi.json}. */
final class Description {
  static final String PLACE = "https://sluice.dev/openapi.json";

  static final JsonNode TREE;
  private static final SchemaRegistry REGISTRY;
  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

  static {
    try (InputStream in =
        Objects.requireNonNull(Gateway.class.getResourceAsStream("openapi.json"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      TREE = JsonMapper.shared().readTree(text);
      REGISTRY =
          SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(PLACE, text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Description() {}

  /** The answer, after it was found to be as described. */
  static Answer check(HttpRequest request, Answer answer) {
    String template = template(request);
    JsonNode operation = TREE.path("paths").path(template).path(method(request));
    if (operation.isMissingNode()) {
      assertThat(answer.status()).as("%s is not described", request).isIn(400, 404, 405, 414, 431);
      assertThat(answer.type()).isEqualTo("application/problem+json");
      assertMatches(answer, "#/components/schemas/Problem");
      return answer;
    }
    JsonNode described = operation.path("responses").path(String.valueOf(answer.status()));
    JsonNode response =
        described.has("$ref") ? TREE.at(described.path("$ref").asString().substring(1)) : described;
    assertThat(response.isObject())
        .as("%s %s answers %d", method(request), template, answer.status())
        .isTrue();
    JsonNode content = response.path("content").path(answer.type());
    assertThat(content.isObject()).as("%d as %s", answer.status(), answer.type()).isTrue();
    assertMatches(answer, content.path("schema").path("$ref").asString(""));
    for (String header : response.path("headers").propertyNames()) {
      if (response.path("headers").path(header).path("required").asBoolean(false)) {
        assertThat(answer.header(header)).as(header).isPresent();
      }
    }
    return answer;
  }

  private static void assertMatches(Answer answer, String reference) {
    if (reference.isEmpty()) {
      return;
    }
    assertThat(schema(reference).validate(answer.json().toString(), InputFormat.JSON))
        .as("%s against %s", answer.json(), reference)
        .isEmpty();
  }

  /** The schema that a reference within the description means. */
  static Schema schema(String reference) {
    return SCHEMAS.computeIfAbsent(
        reference, r -> REGISTRY.getSchema(SchemaLocation.of(PLACE + r)));
  }

  private static String template(HttpRequest request) {
    String path = request.uri().getRawPath();
    if (path.matches("/v1/timelines/[^/]+/[^/]+")) {
      return "/v1/timelines/{kind}/{user}";
    }
    if (!path.matches("/v1/tasks/[^/]+")) {
      return path;
    }
    return request.method().equals("POST") ? "/v1/tasks/{name}" : "/v1/tasks/{id}";
  }

  private static String method(HttpRequest request) {
    return request.method().toLowerCase(Locale.ROOT);
  }
}
