package dev.sluice.gateway;

import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway answered.
 *
 * @param json the body
 */
record Answer(int status, String type, JsonNode json, HttpResponse<String> response) {

  static Answer of(HttpResponse<String> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return new Answer(
        response.statusCode(), type, JsonMapper.shared().readTree(response.body()), response);
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  /** The last part of the problem's type. */
  String problem() {
    return json.path("type").asString("").replace("urn:sluice:problem:", "");
  }

  /** The first place that is wrong. */
  String path() {
    return json.path("errors").path(0).path("path").asString("");
  }

  String reason() {
    return json.path("errors").path(0).path("reason").asString("");
  }

  /** Every place that is wrong, in the order of the answer. */
  Iterable<String> paths() {
    return StreamSupport.stream(json.path("errors").spliterator(), false)
        .map(error -> error.path("path").asString(""))
        .toList();
  }
}
