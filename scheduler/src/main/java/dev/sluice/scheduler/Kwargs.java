package dev.sluice.scheduler;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Arguments of a task as a JSON text. */
final class Kwargs {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final TypeReference<Map<String, @Nullable Object>> TYPE = new TypeReference<>() {};

  private Kwargs() {}

  static String write(Map<String, @Nullable Object> kwargs) {
    return MAPPER.writeValueAsString(kwargs);
  }

  static Map<String, @Nullable Object> read(String json) {
    return Collections.unmodifiableMap(MAPPER.readValue(json, TYPE));
  }

  static ObjectNode tree(Map<String, @Nullable Object> kwargs) {
    return MAPPER.valueToTree(kwargs);
  }
}
