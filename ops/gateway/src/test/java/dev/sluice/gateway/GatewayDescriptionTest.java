package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What {@code openapi.json} says, held against the code. That each answer is as described is
 * asserted in every test of the gateway, by {@link Description}.
 */
class GatewayDescriptionTest {

  @Test
  void it_is_served_to_everybody() {
    try (Edge edge = Edge.open()) {
      assertThat(edge.get("/openapi.json").json()).isEqualTo(Description.TREE);
    }
  }

  @Test
  void every_route_is_described_and_every_one_described_is_served() {
    Set<String> described = new TreeSet<>();
    JsonNode paths = Description.TREE.path("paths");
    for (String path : paths.propertyNames()) {
      paths
          .path(path)
          .propertyNames()
          .forEach(m -> described.add(m.toUpperCase(Locale.ROOT) + " " + path));
    }
    try (Edge edge = Edge.open()) {
      assertThat(edge.gateway.routes()).containsExactlyInAnyOrderElementsOf(described);
    }
  }

  @Test
  void every_option_is_described() {
    JsonNode parameters = Description.TREE.at("/paths/~1v1~1tasks~1{name}/post/parameters");
    Set<String> names = new TreeSet<>();
    parameters.forEach(parameter -> names.add(parameter.path("name").stringValue()));

    assertThat(names).containsAll(OptionReader.NAMES).contains(RequestOptions.KEY_HEADER);
    JsonNode item = Description.TREE.at("/components/schemas/Batch/items/properties");
    assertThat(item.propertyNames())
        .containsAll(OptionReader.NAMES)
        .contains(OptionReader.KEY, "name", "kwargs", "headers");
  }

  @Test
  void every_kind_of_problem_is_named() {
    String text = Description.TREE.toString();

    assertThat(
            Arrays.stream(ProblemType.values())
                .map(type -> type.uri().replace("urn:sluice:problem:", ""))
                // Of the server itself, before there is a route.
                .filter(
                    slug ->
                        !Set.of(
                                "not-found",
                                "method-not-allowed",
                                "uri-too-long",
                                "headers-too-large",
                                "no-database")
                            .contains(slug)))
        .allMatch(text::contains);
  }

  @Test
  void every_status_of_a_problem_is_that_of_its_kind() {
    Set<Integer> described =
        Description.TREE.path("paths").properties().stream()
            .flatMap(path -> path.getValue().properties().stream())
            .flatMap(operation -> operation.getValue().path("responses").propertyNames().stream())
            .map(Integer::valueOf)
            .filter(status -> status >= 400)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(described)
        .containsExactlyElementsOf(
            Arrays.stream(ProblemType.values())
                .map(ProblemType::status)
                // Of the server itself, before there is a route.
                .filter(status -> !Set.of(405, 414, 431).contains(status))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void every_reference_leads_somewhere() {
    Set<String> references = new TreeSet<>();
    Description.TREE.findValues("$ref").forEach(r -> references.add(r.stringValue()));

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(r -> assertThat(Description.TREE.at(r.substring(1)).isObject()).isTrue());
  }

  @Test
  void its_schemas_are_schemas() {
    for (String name : Description.TREE.at("/components/schemas").propertyNames()) {
      Description.schema("#/components/schemas/" + name).initializeValidators();
    }
  }
}
