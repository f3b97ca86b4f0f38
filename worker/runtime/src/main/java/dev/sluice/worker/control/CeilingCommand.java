package dev.sluice.worker.control;

import dev.sluice.task.TaskType;
import dev.sluice.worker.WorkerControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ceiling}: how many rows a second may be written to a database; {@code rows} is a whole
 * number of at least 1, or {@code none}. The database is the main one unless named.
 */
final class CeilingCommand implements Command {
  private static final Logger log = LoggerFactory.getLogger(CeilingCommand.class);

  private final WorkerControl worker;

  CeilingCommand(WorkerControl worker) {
    this.worker = worker;
  }

  @Override
  public JsonNode run(ObjectNode arguments) throws ControlException {
    String database = arguments.path("database").asString(TaskType.MAIN_DATABASE);
    if (!worker.databases().contains(database)) {
      return CommandTable.error(
          "unknown database '" + database + "'; this worker has " + worker.databases());
    }
    String rows = arguments.path("rows").asString("");
    if (rows.equals("none")) {
      worker.governor().database(database).withoutCeiling();
      log.info("ceiling of database '{}' lifted on request", database);
      return CommandTable.ok("no ceiling of database " + database);
    }
    try {
      worker.governor().database(database).ceiling(wholeNumber(rows));
    } catch (IllegalArgumentException e) {
      return CommandTable.error(String.valueOf(e.getMessage()));
    }
    log.info("ceiling of database '{}' on request: {} rows/s", database, rows);
    return CommandTable.ok("ceiling of database " + database + ": " + rows + " rows a second");
  }

  private static long wholeNumber(String rows) {
    try {
      return Long.parseLong(rows);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "rows: a whole number of rows a second or none, is '" + rows + "'", e);
    }
  }
}
