package dev.sluice.gateway;

import dev.sluice.gateway.TaskRequest.Place;
import java.time.InstantSource;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one task of a batch: {@code {"name": …, "kwargs": {…}, "headers": {…}, option: value …}}.
 */
final class BatchItem {

  private BatchItem() {}

  /**
   * Reads a task.
   *
   * @param path where it stands in the batch
   */
  static TaskRequest read(JsonNode item, String path, InstantSource clock) {
    if (!(item instanceof ObjectNode members)) {
      throw invalid(path, "must be an object with name and kwargs");
    }
    if (!members.path("name").isString()) {
      throw invalid(path + ".name", "must be the name of a task");
    }
    OptionReader reader = new OptionReader(clock);
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      String name = member.getKey();
      StringBuilder place = new StringBuilder(path);
      JsonPaths.step(place, name);
      switch (name) {
        case "name", "kwargs" -> {}
        case "headers" -> headers(member.getValue(), place.toString(), reader);
        default -> option(name, member.getValue(), place.toString(), reader);
      }
    }
    TaskOptions options = reader.options(ProblemType.INVALID);
    return new TaskRequest(
        members.path("name").stringValue(), kwargs(members, path), options, Place.inBatch(path));
  }

  private static ObjectNode kwargs(ObjectNode members, String path) {
    JsonNode kwargs = members.path("kwargs");
    if (kwargs.isMissingNode()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (kwargs instanceof ObjectNode object) {
      return object;
    }
    throw invalid(path + ".kwargs", "must be an object, the named arguments of the task");
  }

  private static void headers(JsonNode headers, String path, OptionReader reader) {
    if (!headers.isObject()) {
      reader.fault(path, "must be an object of texts");
      return;
    }
    for (Map.Entry<String, JsonNode> header : headers.properties()) {
      StringBuilder place = new StringBuilder(path);
      JsonPaths.step(place, header.getKey());
      if (header.getValue().isString()) {
        reader.header(header.getKey(), header.getValue().stringValue(), place.toString());
      } else {
        reader.fault(place.toString(), "must be a text");
      }
    }
  }

  private static void option(String name, JsonNode value, String path, OptionReader reader) {
    if (value.isString() || value.isNumber()) {
      reader.take(name, value.asString(), path);
    } else {
      reader.fault(path, "must be a text or a number");
    }
  }

  private static Refusal invalid(String path, String reason) {
    return Problem.at(ProblemType.INVALID, path, reason).refusal();
  }
}
