package dev.sluice.gateway;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers and problem documents. */
final class Answers {
  static final String JSON = "application/json";
  static final String PROBLEM_JSON = "application/problem+json";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Answers() {}

  static void json(Context http, int status, ObjectNode body) {
    http.status(status).contentType(JSON).result(bytes(body));
  }

  static void problem(Context http, Problem problem) {
    problem(http, problem, http.req().getRequestURI());
  }

  /**
   * Writes a problem document.
   *
   * @param instance names this occurrence
   */
  static void problem(Context http, Problem problem, String instance) {
    if (problem.type() == ProblemType.UNAUTHENTICATED) {
      http.header("WWW-Authenticate", "Bearer realm=\"sluice\"");
    }
    if (problem.retryAfter() != null) {
      http.header("Retry-After", String.valueOf(seconds(problem.retryAfter())));
    }
    http.status(problem.status())
        .contentType(PROBLEM_JSON)
        .result(bytes(document(problem, instance)));
  }

  /** The document of a problem. */
  static ObjectNode document(Problem problem, String instance) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("type", problem.type().uri());
    document.put("title", problem.type().title());
    document.put("status", problem.status());
    document.put("detail", problem.detail());
    document.put("instance", instance);
    if (problem.taskId() != null) {
      document.put("task_id", problem.taskId());
    }
    if (problem.retryAfter() != null) {
      document.put("retry_after", seconds(problem.retryAfter()));
    }
    if (!problem.errors().isEmpty()) {
      ArrayNode errors = document.putArray("errors");
      for (Fault fault : problem.errors()) {
        errors.addObject().put("path", fault.path()).put("reason", fault.reason());
      }
    }
    return document;
  }

  /** What a client is to wait: whole seconds, at least one. */
  static long seconds(Duration duration) {
    return Math.max(1, duration.toSeconds());
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(ObjectNode body) {
    return MAPPER.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
  }
}
