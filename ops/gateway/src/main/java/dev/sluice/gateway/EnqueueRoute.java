package dev.sluice.gateway;

import dev.sluice.gateway.TaskRequest.Place;
import dev.sluice.producer.TaskHandle;
import dev.sluice.settings.GatewaySettings.Task;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/tasks/{name}}: enqueues a task whose payload is the body. */
final class EnqueueRoute implements Handler {
  static final String PATH = "/v1/tasks/{name}";

  private final Doorman doorman;
  private final EnqueueDesk desk;
  private final RequestBody bodies;
  private final int maxBodyBytes;
  private final InstantSource clock;

  EnqueueRoute(
      Doorman doorman,
      EnqueueDesk desk,
      RequestBody bodies,
      int maxBodyBytes,
      InstantSource clock) {
    this.doorman = doorman;
    this.desk = desk;
    this.bodies = bodies;
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
  }

  @Override
  public void handle(Context http) throws IOException {
    HttpServletRequest request = http.req();
    Client client = doorman.admit(request);
    MediaTypes.refuseOtherAccept(request);
    String name = http.pathParam("name");
    Task task = desk.find(client, name, Place.ALONE.name());
    TaskOptions options = RequestOptions.read(request, clock);
    bodies.read(
        request,
        maxBodyBytes,
        body ->
            accepted(
                http,
                desk.enqueue(
                    client, task, new TaskRequest(name, kwargs(body), options, Place.ALONE))));
  }

  private static ObjectNode kwargs(byte[] body) {
    JsonNode payload = StrictJson.read(body);
    if (payload instanceof ObjectNode kwargs) {
      return kwargs;
    }
    throw Problem.at(
            ProblemType.INVALID,
            JsonPaths.ROOT,
            "must be an object, the named arguments of the task")
        .refusal();
  }

  private static void accepted(Context http, TaskHandle task) {
    ObjectNode answer = Answers.object().put("task_id", task.taskId()).put("new", task.isNew());
    http.header("Location", TaskStateRoute.location(task.taskId()));
    Answers.json(http, 202, answer);
  }
}
