package dev.sluice.worker.retention;

import dev.sluice.task.TaskType;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the truncation of a table.
 *
 * @param table what the configuration calls it; absent for all of them
 */
public record TruncateTable(@Nullable String table) {
  /** Enqueued by the scheduler. */
  public static final TaskType<TruncateTable> TYPE =
      TaskType.of("sluice.truncate_table", TruncateTable.class).queue("maintenance");
}
