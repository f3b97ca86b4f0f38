package dev.sluice.worker.retention;

import java.util.List;

/**
 * What the database says of a table that is truncated.
 *
 * @param table its name, as the database spells it
 * @param quoted the same for SQL
 * @param key the primary key, in its order
 * @param age the age column, quoted
 * @param kind what that holds
 * @param indexed whether an index finds the oldest rows
 */
record TableShape(
    String table, String quoted, List<KeyColumn> key, String age, AgeColumn kind, boolean indexed) {

  TableShape {
    key = List.copyOf(key);
  }

  /** The same where an index finds the oldest rows once a condition on other columns is given. */
  TableShape indexedWithCondition() {
    return new TableShape(table, quoted, key, age, kind, true);
  }
}
