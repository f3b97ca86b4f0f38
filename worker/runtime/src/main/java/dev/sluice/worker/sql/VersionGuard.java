package dev.sluice.worker.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a statement change only rows whose version is below the task's: tasks may overtake each
 * other, and the newest stands.
 */
final class VersionGuard {

  private VersionGuard() {}

  /**
   * The statement with a guard.
   *
   * @param column the column of the version; the parameter of its name is the task's
   * @throws IllegalArgumentException when the statement has no place for it
   */
  static SqlStatement apply(SqlStatement statement, String column) {
    return switch (statement.kind()) {
      case UPDATE -> update(statement, column);
      case DELETE ->
          statement.with(List.of(), List.of(), List.of(), newer(statement.condition(), column));
      case INSERT -> insert(statement, column);
    };
  }

  /**
   * A column that the statement sets to what the task says, whatever is newer; null when there is
   * none.
   */
  static @Nullable String unguarded(SqlStatement statement) {
    Expression condition = statement.condition();
    if (condition != null && (condition.has("<") || condition.has(">"))) {
      return null;
    }
    return statement.assignments().stream()
        .filter(Assignment::sets)
        .map(assignment -> assignment.target().text())
        .findFirst()
        .orElse(null);
  }

  private static SqlStatement update(SqlStatement statement, String column) {
    List<Assignment> assignments = without(statement, column);
    assignments.add(assignment(column, ":" + column));
    return statement.with(List.of(), List.of(), assignments, newer(statement.condition(), column));
  }

  private static SqlStatement insert(SqlStatement statement, String column) {
    if (statement.assignments().isEmpty()) {
      throw new IllegalArgumentException(
          "an INSERT changes no row that exists; drop the guard, or add ON DUPLICATE KEY UPDATE");
    }
    List<Token> columns = new ArrayList<>(statement.columns());
    List<Expression> row = new ArrayList<>(statement.row());
    Expression inserted = statement.inserted(lower(column));
    if (inserted == null) {
      columns.add(Tokenizer.tokens(column).get(0));
      row.add(Expression.of(":" + column));
    } else if (!column.equals(inserted.parameter())) {
      throw new IllegalArgumentException(
          "the statement inserts something else into " + column + " than :" + column);
    }
    String newer = "CASE WHEN " + column + " < VALUES(" + column + ") THEN";
    List<Assignment> assignments = new ArrayList<>();
    for (Assignment plain : without(statement, column)) {
      // Without brackets: (VALUES(a)) is a table.
      Expression guarded =
          Expression.of(newer)
              .plus(plain.value().spaced())
              .plus(Expression.of(" ELSE " + plain.target().text() + " END"));
      assignments.add(new Assignment(plain.target(), guarded));
    }
    // Last: MySQL assigns from left to right.
    assignments.add(assignment(column, newer + " VALUES(" + column + ") ELSE " + column + " END"));
    return statement.with(columns, row, assignments, null);
  }

  /** The assignments but for that of the version, which must be the task's. */
  private static List<Assignment> without(SqlStatement statement, String column) {
    List<Assignment> others = new ArrayList<>();
    for (Assignment assignment : statement.assignments()) {
      if (!assignment.column().equals(lower(column))) {
        others.add(assignment);
      } else if (!column.equals(assignment.value().parameter())
          && !assignment
              .value()
              .sql()
              .replace(" ", "")
              .equalsIgnoreCase("VALUES(" + column + ")")) {
        throw new IllegalArgumentException(
            "the statement sets " + column + " to something else than :" + column);
      }
    }
    return others;
  }

  private static Expression newer(@Nullable Expression condition, String column) {
    return Expression.of("(")
        .plus(Objects.requireNonNull(condition).unspaced())
        .plus(Expression.of(") AND " + column + " < :" + column));
  }

  private static Assignment assignment(String column, String value) {
    return new Assignment(Tokenizer.tokens(column).get(0), Expression.of(value));
  }

  private static String lower(String column) {
    return column.toLowerCase(Locale.ROOT);
  }
}
