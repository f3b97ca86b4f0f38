package dev.sluice.worker.sql;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payload of an SQL task.
 *
 * @param values in the order of the task's parameters
 */
record SqlArguments(List<@Nullable Object> values) {

  SqlArguments {
    values = Collections.unmodifiableList(values);
  }
}
