package dev.sluice.worker.retention;

import dev.sluice.task.TaskType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the rows of a table are kept. Names of table and column come from configuration only.
 *
 * @param name what tasks call it
 * @param table the table; it must have a primary key
 * @param column the age column: DATETIME, TIMESTAMP or DATE in UTC, or a number. A row in which it
 *     is null is never too old
 * @param keep how long a row is kept
 * @param unit what the number in an age column counts; null where the column is a time
 * @param database the database of the table, by its name; default {@value TaskType#MAIN_DATABASE}
 * @param batch how much is deleted at a time
 */
public record Retention(
    String name,
    String table,
    String column,
    Duration keep,
    @Nullable AgeUnit unit,
    String database,
    BatchLimits batch) {

  public Retention {
    if (name.isBlank() || table.isBlank() || column.isBlank()) {
      throw new IllegalArgumentException("name, table and column must not be blank");
    }
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException(
          "retention '" + name + "': keep must be longer than 0, is " + keep);
    }
  }

  /** Keeps the rows of a table of the main database, whose age column is a time. */
  public static Retention of(String name, String table, String column, Duration keep) {
    return new Retention(
        name, table, column, keep, null, TaskType.MAIN_DATABASE, BatchLimits.DEFAULTS);
  }

  /** The same with an age column of numbers. */
  public Retention unit(AgeUnit newUnit) {
    return new Retention(name, table, column, keep, newUnit, database, batch);
  }

  public Retention database(String newDatabase) {
    return new Retention(name, table, column, keep, unit, newDatabase, batch);
  }

  public Retention batch(BatchLimits newBatch) {
    return new Retention(name, table, column, keep, unit, database, newBatch);
  }
}
