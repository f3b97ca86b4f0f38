package dev.sluice.gateway;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Finds halves of surrogate pairs, which no UTF-8 can carry on. */
final class HalfCharacters {
  private static final String REASON =
      "has half a character (an unpaired surrogate), which UTF-8 does not have";

  private HalfCharacters() {}

  static void refuse(JsonNode root) {
    look(root, new StringBuilder(JsonPaths.ROOT));
  }

  private static void look(JsonNode node, StringBuilder path) {
    int length = path.length();
    if (node.isString() && isBroken(node.stringValue())) {
      throw StrictJson.malformed(path.toString(), REASON);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        JsonPaths.step(path, i);
        look(node.get(i), path);
        path.setLength(length);
      }
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (isBroken(member.getKey())) {
        throw StrictJson.malformed(path.toString(), "a name in it " + REASON);
      }
      JsonPaths.step(path, member.getKey());
      look(member.getValue(), path);
      path.setLength(length);
    }
  }

  private static boolean isBroken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }
}
