package dev.sluice.gateway;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/tasks/{id}}: what became of a task. */
final class TaskStateRoute implements Handler {
  static final String PATH = "/v1/tasks/{id}";

  private final Doorman doorman;
  private final @Nullable TaskStates states;

  /**
   * The route.
   *
   * @param states null when no database is configured
   */
  TaskStateRoute(Doorman doorman, @Nullable TaskStates states) {
    this.doorman = doorman;
    this.states = states;
  }

  /** Where the state of a task is told. */
  static String location(String taskId) {
    return "/v1/tasks/" + URLEncoder.encode(taskId, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void handle(Context http) {
    HttpServletRequest request = http.req();
    Client client = doorman.admit(request);
    MediaTypes.refuseOtherAccept(request);
    RequestOptions.refuseQuery(request);
    String id = http.pathParam("id");
    if (id.length() > 255 || !id.chars().allMatch(c -> c > 32 && c < 127)) {
      throw Problem.at(
              ProblemType.NOT_FOUND,
              "path.id",
              "is no task id: 1 to 255 visible ASCII characters without blanks")
          .refusal();
    }
    if (states == null) {
      throw Problem.of(
              ProblemType.NO_DATABASE,
              "the gateway has no database; set database.url to have it tell states")
          .refusal();
    }
    Answers.json(http, 200, states.of(id, client));
  }
}
