package dev.sluice.settings;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sluice.schema.json}: the one place for keys, ranges and defaults. */
final class SettingsSchema {
  private static final String RESOURCE = "sluice.schema.json";
  private static final String DATABASES = "databases";

  private final ObjectNode tree;
  private final Schema validator;

  private SettingsSchema(ObjectNode tree) {
    this.tree = tree;
    this.validator =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(tree);
  }

  static SettingsSchema load() {
    try (InputStream json =
        Objects.requireNonNull(SettingsSchema.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new SettingsSchema((ObjectNode) JsonMapper.shared().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }

  /**
   * Every key that holds one value and is no entry of a map, and those of each named database, with
   * its schema.
   */
  Map<List<String>, ObjectNode> scalars(ObjectNode settings) {
    Map<List<String>, ObjectNode> found = new LinkedHashMap<>();
    for (String section : names(tree)) {
      ObjectNode schema = property(tree, section);
      for (String key : names(schema)) {
        if (!property(schema, key).path("type").asString("").equals("object")) {
          found.put(List.of(section, key), property(schema, key));
        }
      }
    }
    ObjectNode database = (ObjectNode) child(property(tree, DATABASES), "any");
    for (String name : settings.path(DATABASES).propertyNames()) {
      names(database)
          .forEach(key -> found.put(List.of(DATABASES, name, key), property(database, key)));
    }
    return found;
  }

  /** Puts the default at each key that is absent or null and has one. */
  void fillDefaults(ObjectNode settings) {
    fill(tree, settings);
  }

  /** One sentence for each thing that is wrong. */
  List<String> problems(ObjectNode settings) {
    return validator.validate(settings).stream()
        .filter(error -> !error.getEvaluationPath().toString().contains("/oneOf/"))
        .map(error -> new Problem(error, at(error.getInstanceLocation())).sentence())
        .sorted()
        .toList();
  }

  private void fill(ObjectNode schema, ObjectNode settings) {
    for (String key : names(schema)) {
      ObjectNode property = property(schema, key);
      if (settings.path(key).isNull()) {
        settings.remove(key);
      }
      if (!settings.has(key) && property.has("default")) {
        settings.set(key, property.get("default").deepCopy());
      } else if (!settings.has(key) && property.has("properties")) {
        settings.putObject(key);
      }
    }
    for (String key : List.copyOf(settings.propertyNames())) {
      if (settings.get(key).isNull() && child(schema, key).has("properties")) {
        settings.putObject(key);
      }
      if (settings.get(key) instanceof ObjectNode child
          && child(schema, key) instanceof ObjectNode c) {
        fill(c, child);
      }
    }
  }

  /** The schema of the value at a place in the settings. */
  private JsonNode at(NodePath place) {
    JsonNode schema = tree;
    for (int i = 0; i < place.getNameCount() && schema instanceof ObjectNode object; i++) {
      schema = child(object, String.valueOf(place.getElement(i)));
    }
    return schema;
  }

  private JsonNode child(ObjectNode schema, String key) {
    if (schema.path("properties").has(key)) {
      return property(schema, key);
    }
    return resolved(schema.path(schema.has("items") ? "items" : "additionalProperties"));
  }

  private ObjectNode property(ObjectNode schema, String key) {
    return (ObjectNode) resolved(schema.path("properties").path(key));
  }

  /** A schema with what it refers to; its own keywords win. */
  private JsonNode resolved(JsonNode schema) {
    if (!schema.has("$ref")) {
      return schema;
    }
    ObjectNode merged =
        (ObjectNode) tree.at(schema.get("$ref").stringValue().substring(1)).deepCopy();
    schema.properties().forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
    merged.remove("$ref");
    return merged;
  }

  private static List<String> names(JsonNode schema) {
    return List.copyOf(schema.path("properties").propertyNames());
  }
}
