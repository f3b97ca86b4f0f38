package dev.sluice.gateway;

import java.util.regex.Pattern;
import tools.jackson.core.TokenStreamContext;

/** Places in a JSON document as JSONPath (RFC 9535) writes them: {@code $.items[2].name}. */
final class JsonPaths {
  static final String ROOT = "$";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int LONGEST_NAME = 100;

  private JsonPaths() {}

  /** Appends a step: the number of an element or the name of a member. */
  static void step(StringBuilder path, Object step) {
    if (step instanceof Number index) {
      path.append('[').append(index).append(']');
      return;
    }
    String name = String.valueOf(step);
    if (PLAIN.matcher(name).matches()) {
      path.append('.').append(clipped(name));
    } else {
      path.append("['").append(clipped(name).replace("'", "\\'")).append("']");
    }
  }

  /** Where a parser is. */
  static String of(TokenStreamContext place) {
    if (place.inRoot()) {
      return ROOT;
    }
    StringBuilder path = new StringBuilder(of(place.getParent()));
    if (place.inObject() && place.hasCurrentName()) {
      step(path, place.currentName());
    } else if (place.inArray() && place.hasCurrentIndex()) {
      step(path, place.getCurrentIndex());
    }
    return path.toString();
  }

  private static String clipped(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
  }
}
