package dev.sluice.worker.control;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One thing that can be asked of a worker. */
@FunctionalInterface
interface Command {

  /**
   * Carries the command out.
   *
   * @param arguments by name; unknown ones are ignored
   * @return the reply; null when there is none, not even to who asks for one
   * @throws ControlException told to who asked
   */
  @Nullable JsonNode run(ObjectNode arguments) throws Exception;
}
