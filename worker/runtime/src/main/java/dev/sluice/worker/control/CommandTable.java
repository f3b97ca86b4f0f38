package dev.sluice.worker.control;

import dev.sluice.worker.WorkerControl;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The commands that a worker knows, by the names that Celery gives them. A new command is a new
 * line here.
 */
final class CommandTable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, Command> commands;

  CommandTable(WorkerControl worker, LamportClock clock) {
    Snapshots snapshots = new Snapshots(worker, clock);
    Command active = arguments -> snapshots.active(arguments.path("safe").asBoolean(false));
    Command registered = arguments -> snapshots.registered();
    commands =
        Map.of(
            "ping",
            arguments -> ok("pong"),
            "stats",
            arguments -> snapshots.stats(),
            "active",
            active,
            "dump_active",
            active,
            "registered",
            registered,
            "dump_tasks",
            registered,
            "revoke",
            new RevokeCommand(worker),
            "rate_limit",
            new RateLimitCommand(worker),
            "ceiling",
            new CeilingCommand(worker),
            "shutdown",
            arguments -> shutdown(worker));
  }

  /**
   * Carries out the command {@code method}.
   *
   * @return the reply; null when there is none
   * @throws ControlException when there is no such command
   */
  @Nullable JsonNode run(String method, ObjectNode arguments) throws Exception {
    Command command = commands.get(method);
    if (command == null) {
      throw ControlException.unknownCommand(method);
    }
    return command.run(arguments);
  }

  static ObjectNode ok(String text) {
    return JSON.objectNode().put("ok", text);
  }

  static ObjectNode error(String text) {
    return JSON.objectNode().put("error", text);
  }

  private static @Nullable JsonNode shutdown(WorkerControl worker) {
    worker.shutdown();
    return null;
  }
}
