package dev.sluice.gateway;

import dev.sluice.producer.TaskHandle;
import dev.sluice.settings.GatewaySettings.Task;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /v1/tasks}: enqueues a batch, an array of tasks. Each is taken or refused by itself;
 * the answer tells of each in the order of the request, with 202 when all were taken and 207 when
 * not.
 */
final class BatchRoute implements Handler {
  static final String PATH = "/v1/tasks";

  private final Doorman doorman;
  private final EnqueueDesk desk;
  private final RequestBody bodies;
  private final BatchLimits limits;
  private final InstantSource clock;

  /**
   * The limits of a batch.
   *
   * @param tasks most of them
   * @param bytes most of them
   */
  record BatchLimits(int tasks, int bytes) {}

  BatchRoute(
      Doorman doorman,
      EnqueueDesk desk,
      RequestBody bodies,
      BatchLimits limits,
      InstantSource clock) {
    this.doorman = doorman;
    this.desk = desk;
    this.bodies = bodies;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public void handle(Context http) throws IOException {
    HttpServletRequest request = http.req();
    Client client = doorman.admit(request);
    MediaTypes.refuseOtherAccept(request);
    RequestOptions.refuseQuery(request);
    bodies.read(request, limits.bytes(), body -> answer(http, client, tasks(body)));
  }

  private ArrayNode tasks(byte[] body) {
    if (!(StrictJson.read(body) instanceof ArrayNode tasks)) {
      throw Problem.at(ProblemType.INVALID, JsonPaths.ROOT, "must be an array of tasks").refusal();
    }
    if (tasks.isEmpty()) {
      throw Problem.at(ProblemType.INVALID, JsonPaths.ROOT, "has no task").refusal();
    }
    if (tasks.size() > limits.tasks()) {
      throw Problem.at(
              ProblemType.TOO_LARGE,
              JsonPaths.ROOT,
              "has " + tasks.size() + " tasks, at most " + limits.tasks() + " are taken")
          .refusal();
    }
    return tasks;
  }

  private void answer(Context http, Client client, ArrayNode tasks) {
    ObjectNode answer = Answers.object();
    ArrayNode items = answer.putArray("items");
    Problem shut = null;
    int accepted = 0;
    for (int i = 0; i < tasks.size(); i++) {
      ObjectNode item = items.addObject();
      Problem problem = shut == null ? enqueue(client, tasks.get(i), i, item) : shut;
      if (problem == null) {
        accepted++;
        continue;
      }
      refused(item, problem, http.req().getRequestURI());
      shut = shutBy(problem);
    }
    answer.put("accepted", accepted).put("refused", tasks.size() - accepted);
    if (shut != null && shut.retryAfter() != null) {
      http.header("Retry-After", String.valueOf(Answers.seconds(shut.retryAfter())));
    }
    Answers.json(http, accepted == tasks.size() ? 202 : 207, answer);
  }

  /** Enqueues one task and tells of it; returns what hinders it, if anything. */
  private @Nullable Problem enqueue(Client client, JsonNode task, int index, ObjectNode item) {
    try {
      TaskRequest wanted = BatchItem.read(task, "$[" + index + "]", clock);
      Task known = desk.find(client, wanted.name(), wanted.place().name());
      TaskHandle handle = desk.enqueue(client, known, wanted);
      item.put("status", 202).put("task_id", handle.taskId()).put("new", handle.isNew());
      return null;
    } catch (Refusal e) {
      return e.problem();
    }
  }

  /** What all further tasks would wait for, or find, as well; null when they may fare better. */
  private static @Nullable Problem shutBy(Problem problem) {
    return switch (problem.type()) {
      case FULL, UNAVAILABLE -> problem;
      case OUTCOME_UNKNOWN ->
          new Problem(
              ProblemType.UNAVAILABLE,
              "not tried, since the outcome of one before it is unknown; send it again later",
              List.of(),
              problem.retryAfter(),
              null);
      default -> null;
    };
  }

  private static void refused(ObjectNode item, Problem problem, String instance) {
    item.put("status", problem.status());
    if (problem.taskId() != null) {
      item.put("task_id", problem.taskId());
    }
    item.set("problem", Answers.document(problem, instance));
  }
}
