package dev.sluice.worker.dead;

import dev.sluice.message.DeadReason;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Conditions on what dead tasks died of, and on what they are. */
final class Causes {
  private static final int FROM_STACK = 2;

  private Causes() {}

  /**
   * The same causes, if each is one.
   *
   * @throws IllegalArgumentException when one is neither a reason nor looks like a class
   */
  static List<String> checked(String name, List<String> causes) {
    for (String cause : causes) {
      if (!cause.contains(".") && !isReason(cause)) {
        throw new IllegalArgumentException(
            name
                + ": '"
                + cause
                + "' is neither a reason ("
                + Arrays.toString(DeadReason.values())
                + ") nor the full name of an exception's class");
      }
    }
    return causes;
  }

  /** Whether the task is of one of these types; true for an empty list. */
  static String ofTasks(@Nullable List<String> tasks, List<Object> parameters) {
    return given(tasks).isEmpty() ? "TRUE" : isOneOf("task_name", given(tasks), parameters);
  }

  /** Whether it is of none of these types. */
  static String notOfTasks(@Nullable List<String> tasks, List<Object> parameters) {
    return given(tasks).isEmpty()
        ? "TRUE"
        : "NOT " + isOneOf("COALESCE(task_name, '')", given(tasks), parameters);
  }

  /** Whether it died of one of these; true for an empty list. */
  static String diedOf(@Nullable List<String> causes, List<Object> parameters) {
    return given(causes).isEmpty() ? "TRUE" : anyOf(given(causes), parameters);
  }

  /** Whether it died of none of these. */
  static String notDiedOf(@Nullable List<String> causes, List<Object> parameters) {
    return given(causes).isEmpty() ? "TRUE" : "NOT " + anyOf(given(causes), parameters);
  }

  private static String anyOf(List<String> causes, List<Object> parameters) {
    String reason = isOneOf("reason", causes, parameters);
    String exception = isOneOf("COALESCE(exception, '')", causes, parameters);
    StringBuilder any = new StringBuilder("(" + reason + " OR " + exception);
    for (String cause : causes) {
      // As Java prints them: with a message, or at the end of the line.
      any.append(" OR COALESCE(stack, '') LIKE ?".repeat(FROM_STACK));
      parameters.add("%Caused by: " + cause + ":%");
      parameters.add("%Caused by: " + cause + "\n%");
    }
    return any.append(")").toString();
  }

  private static String isOneOf(String column, List<String> values, List<Object> parameters) {
    parameters.addAll(values);
    return column + " IN (" + Rows.list("?", values.size()) + ")";
  }

  private static boolean isReason(String name) {
    return Arrays.stream(DeadReason.values()).anyMatch(reason -> reason.name().equals(name));
  }

  private static List<String> given(@Nullable List<String> list) {
    return Objects.requireNonNullElse(list, List.of());
  }
}
