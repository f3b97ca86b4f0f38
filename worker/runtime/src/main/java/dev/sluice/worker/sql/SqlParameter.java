package dev.sluice.worker.sql;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A parameter of a statement.
 *
 * @param name as the statement has it
 * @param type what its argument must be
 * @param argument the task's argument that it takes
 * @param required whether a task without the argument is dead, unless there is another value
 * @param nullable whether null is let in
 * @param otherwise taken when the argument is missing; null for none
 */
public record SqlParameter(
    String name,
    SqlType type,
    String argument,
    boolean required,
    boolean nullable,
    @Nullable JsonNode otherwise) {

  /** A parameter that takes the argument of its own name, which must be there and not null. */
  public static SqlParameter of(String name, SqlType type) {
    return new SqlParameter(name, type, name, true, false, null);
  }

  /** Whether the database may be given NULL. */
  boolean mayBeNull() {
    return nullable || !required && otherwise == null;
  }

  /**
   * The value for the database.
   *
   * @param argument what the task has; null when it is missing
   * @throws IllegalArgumentException saying what it must be
   */
  @Nullable Object value(@Nullable JsonNode argument) {
    if (argument == null && otherwise != null) {
      return type.read(otherwise);
    }
    if (argument == null && required) {
      throw new IllegalArgumentException("is missing");
    }
    if (argument == null || argument.isNull() && mayBeNull()) {
      return null;
    }
    if (argument.isNull()) {
      throw new IllegalArgumentException("must not be null");
    }
    return type.read(argument);
  }
}
