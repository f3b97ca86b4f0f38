package dev.sluice.settings;

import com.networknt.schema.Error;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * One thing that is wrong with the settings, told to a person.
 *
 * @param error what the validator found
 * @param schema the schema of the value it found it at
 */
record Problem(Error error, JsonNode schema) {

  String sentence() {
    return switch (error.getKeyword()) {
      case "additionalProperties" -> path(error.getProperty()) + ": " + unknownKey();
      case "propertyNames" -> path(error.getProperty()) + ": the name must be " + form();
      case "required" -> path(error.getProperty()) + ": is missing";
      case "oneOf" -> path() + ": needs either " + alternatives() + ", and not both";
      case "minimum" -> path() + ": " + value() + " is below the minimum " + limit();
      case "maximum" -> path() + ": " + value() + " is above the maximum " + limit();
      case "minLength" -> path() + ": must have at least " + limit() + " characters";
      case "maxLength" -> path() + ": has more than " + limit() + " characters";
      case "enum" -> path() + ": " + value() + " is none of " + words(error.getSchemaNode());
      case "type" -> path() + ": " + value() + " is not of type " + words(error.getSchemaNode());
      case "pattern" -> path() + ": " + value() + " must look like " + example();
      default -> path() + ": " + error.getMessage();
    };
  }

  private String path(String... more) {
    String place =
        IntStream.range(0, error.getInstanceLocation().getNameCount())
            .mapToObj(error.getInstanceLocation()::getName)
            .collect(Collectors.joining("."));
    String last = more.length == 0 ? "" : more[0];
    return place.isEmpty() || last.isEmpty() ? place + last : place + "." + last;
  }

  private String unknownKey() {
    List<String> known = List.copyOf(schema.path("properties").propertyNames());
    Optional<String> nearest = NearestName.of(error.getProperty(), known);
    return nearest
        .map(name -> "unknown key; did you mean " + name + "?")
        .orElseGet(() -> "unknown key; known here are " + String.join(", ", known));
  }

  private String alternatives() {
    return StreamSupport.stream(error.getSchemaNode().spliterator(), false)
        .map(alternative -> alternative.path("required").path(0).asString(""))
        .collect(Collectors.joining(" or "));
  }

  /** The value as it was given, unless it may hold a password. */
  private String value() {
    return schema.path("writeOnly").booleanValue(false)
        ? "the value"
        : error.getInstanceNode().toString();
  }

  private String limit() {
    return error.getSchemaNode().toString();
  }

  /** What a name must look like. */
  private String form() {
    JsonNode names = error.getSchemaNode();
    return names.path("description").asString(names.toString());
  }

  private String example() {
    return schema.path("examples").path(0).asString(schema.path("pattern").asString(""));
  }

  private static String words(JsonNode names) {
    return names.isArray()
        ? StreamSupport.stream(names.spliterator(), false)
            .map(JsonNode::asString)
            .collect(Collectors.joining(", "))
        : names.asString();
  }
}
