package dev.sluice.worker.control;

import dev.sluice.worker.WorkerControl;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code revoke}: the tasks named will not start any more; with {@code terminate} attempts of them
 * that run are interrupted. With a database the worker keeps the revocation in the inbox, so that
 * it outlives every worker.
 */
final class RevokeCommand implements Command {
  private static final Logger log = LoggerFactory.getLogger(RevokeCommand.class);

  private final WorkerControl worker;

  RevokeCommand(WorkerControl worker) {
    this.worker = worker;
  }

  @Override
  public JsonNode run(ObjectNode arguments) throws ControlException {
    Set<String> ids = ids(arguments.path("task_id"));
    boolean terminate = arguments.path("terminate").asBoolean(false);
    List<String> running =
        worker.active().stream()
            .map(WorkerControl.Running::id)
            .filter(ids::contains)
            .distinct()
            .toList();
    worker.revoke(ids, terminate);
    log.info("revoked on request{}: {}", terminate ? ", terminating" : "", ids);
    if (!terminate) {
      return CommandTable.ok("tasks " + String.join(", ", ids) + " flagged as revoked");
    }
    return CommandTable.ok(
        running.isEmpty()
            ? "terminate: tasks unknown"
            : "terminate: " + String.join(", ", running));
  }

  private static Set<String> ids(JsonNode value) throws ControlException {
    Set<String> ids = new LinkedHashSet<>();
    if (value.isString()) {
      ids.add(value.asString());
    } else if (value.isArray()) {
      for (JsonNode id : value) {
        if (!id.isString()) {
          throw new ControlException("TypeError", "task_id: expected strings, got " + id);
        }
        ids.add(id.asString());
      }
    }
    ids.removeIf(String::isBlank);
    if (ids.isEmpty()) {
      throw new ControlException("TypeError", "revoke needs task_id, a string or a list of them");
    }
    return ids;
  }
}
