package dev.sluice.worker;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.TaskBody;

/**
 * Makes a payload of a task's arguments, for a batch handler whose payload has no components of
 * their names: the handler implements it beside {@link BatchHandler}.
 *
 * <p>Threading: called by several slots at a time.
 */
public interface PayloadReader<P extends Record> {

  /**
   * Reads the arguments, before any transaction begins.
   *
   * @throws MalformedMessage naming the argument that is missing or wrong: the task is dead
   */
  P read(TaskBody body) throws MalformedMessage;
}
