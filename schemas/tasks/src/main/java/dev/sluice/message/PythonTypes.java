package dev.sluice.message;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Unwraps the objects that Kombu ≥ 5.3 writes for values that JSON does not know: {@code
 * {"__type__": T, "__value__": V}} with T = datetime, date, time, decimal, uuid, bytes or base64.
 */
final class PythonTypes {
  private static final String TYPE = "__type__";
  private static final String VALUE = "__value__";

  private PythonTypes() {}

  static ArrayNode unwrap(ArrayNode array) throws MalformedMessage {
    for (int i = 0; i < array.size(); i++) {
      JsonNode element = array.get(i);
      if (element.isContainer()) {
        array.set(i, unwrapped(element));
      }
    }
    return array;
  }

  static ObjectNode unwrap(ObjectNode object) throws MalformedMessage {
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      if (property.getValue().isContainer()) {
        property.setValue(unwrapped(property.getValue()));
      }
    }
    return object;
  }

  private static JsonNode unwrapped(JsonNode node) throws MalformedMessage {
    if (node instanceof ArrayNode array) {
      return unwrap(array);
    }
    ObjectNode object = (ObjectNode) node;
    if (object.size() != 2 || !object.has(TYPE) || !object.has(VALUE)) {
      return unwrap(object);
    }
    JsonNode value = object.get(VALUE);
    String type = object.get(TYPE).asString();
    return switch (type) {
      case "datetime", "date", "time", "decimal" -> value;
      case "uuid" -> StringNode.valueOf(dashed(value.path("hex").asString()));
      // Java's byte arrays are base64 in JSON.
      case "base64" -> value;
      case "bytes" ->
          StringNode.valueOf(
              Base64.getEncoder()
                  .encodeToString(value.asString().getBytes(StandardCharsets.UTF_8)));
      default -> throw new MalformedMessage("body", "unknown " + TYPE + " '" + type + "'");
    };
  }

  private static String dashed(String hex) throws MalformedMessage {
    if (!hex.matches("[0-9a-fA-F]{32}")) {
      throw new MalformedMessage(
          "body", "a uuid must have 32 hexadecimal digits, got '" + hex + "'");
    }
    return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }
}
