package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The variables {@code SLUICE_*}: one for each key that holds a single value, named after its path;
 * of entries of maps, for named databases alone. Others are refused, but for those that the
 * launcher and the tests read.
 */
final class EnvironmentVariables {
  private static final String PREFIX = "SLUICE_";

  /** Read by others: the launcher, development services, the choice of the settings file. */
  private static final Set<String> OTHERS =
      Set.of(
          "SLUICE_HOME", "SLUICE_FOLDER", "SLUICE_CONFIG", "SLUICE_JAVA_OPTS", "SLUICE_MVN_OPTS");

  private static final String TESTS = "SLUICE_TEST_";

  private final Map<String, List<String>> paths = new TreeMap<>();
  private final Map<List<String>, ObjectNode> schemas;

  EnvironmentVariables(Map<List<String>, ObjectNode> schemas) {
    this.schemas = schemas;
    schemas.keySet().forEach(path -> paths.put(variable(path), path));
  }

  /** One sentence for each variable that means nothing. */
  List<String> problems(Map<String, String> environment) {
    return environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !name.startsWith(TESTS))
        .filter(name -> !OTHERS.contains(name) && !paths.containsKey(name))
        .sorted()
        .map(this::unknown)
        .toList();
  }

  /** Puts the variables' values over those of the file. */
  void apply(Map<String, String> environment, ObjectNode settings) {
    paths.forEach(
        (name, path) -> {
          String value = environment.getOrDefault(name, "");
          ObjectNode holder = value.isEmpty() ? null : holder(settings, path);
          if (holder != null) {
            holder.set(path.get(path.size() - 1), typed(value, schemas.get(path)));
          }
        });
  }

  /** What the key stands in, made if need be; null when the file has something else there. */
  private static @Nullable ObjectNode holder(ObjectNode settings, List<String> path) {
    ObjectNode holder = settings;
    for (String step : path.subList(0, path.size() - 1)) {
      JsonNode next = holder.path(step);
      if (next.isMissingNode() || next.isNull()) {
        holder = holder.putObject(step);
      } else if (next instanceof ObjectNode object) {
        holder = object;
      } else {
        return null;
      }
    }
    return holder;
  }

  private String unknown(String name) {
    List<String> known = new ArrayList<>(paths.keySet());
    known.addAll(OTHERS);
    Optional<String> nearest = NearestName.of(name, known);
    return name
        + ": unknown variable; "
        + nearest
            .map(n -> "did you mean " + n + "?")
            .orElse("see sluice.example.yaml for the keys");
  }

  /** A value of another type stays text, which the schema then refuses with its key. */
  private static JsonNode typed(String value, ObjectNode schema) {
    String type = schema.path("type").asString("");
    if (type.equals("integer") && value.matches("-?[0-9]{1,18}")) {
      return LongNode.valueOf(Long.parseLong(value));
    }
    if (type.equals("boolean") && value.matches("true|false")) {
      return BooleanNode.valueOf(Boolean.parseBoolean(value));
    }
    return JsonNodeFactory.instance.stringNode(value);
  }

  private static String variable(List<String> path) {
    String words = String.join("_", path).replaceAll("([a-z])([A-Z])", "$1_$2").replace('-', '_');
    return PREFIX + words.toUpperCase(Locale.ROOT);
  }
}
