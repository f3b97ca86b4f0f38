package dev.sluice.worker.sql;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A statement of one of the three kinds that a task may run.
 *
 * @param table as it was written
 * @param columns of an INSERT, else empty
 * @param row the values of an INSERT, as many as columns, else empty
 * @param assignments of an UPDATE, or behind ON DUPLICATE KEY UPDATE
 * @param condition of an UPDATE or DELETE; null for an INSERT
 */
record SqlStatement(
    Kind kind,
    String table,
    List<Token> columns,
    List<Expression> row,
    List<Assignment> assignments,
    @Nullable Expression condition) {

  enum Kind {
    INSERT,
    UPDATE,
    DELETE
  }

  SqlStatement {
    columns = List.copyOf(columns);
    row = List.copyOf(row);
    assignments = List.copyOf(assignments);
  }

  /** What JDBC prepares. */
  String sql() {
    String where = condition == null ? "" : " WHERE " + condition.sql();
    String sets = assignments.stream().map(Assignment::sql).collect(Collectors.joining(", "));
    return switch (kind) {
      case INSERT ->
          "INSERT INTO "
              + table
              + " ("
              + columns.stream().map(Token::text).collect(Collectors.joining(", "))
              + ") VALUES ("
              + row.stream().map(Expression::sql).collect(Collectors.joining(", "))
              + ")"
              + (sets.isEmpty() ? "" : " ON DUPLICATE KEY UPDATE " + sets);
      case UPDATE -> "UPDATE " + table + " SET " + sets + where;
      case DELETE -> "DELETE FROM " + table + where;
    };
  }

  /** Names of the parameters in the order of {@link #sql}, each as often as it occurs. */
  List<String> parameters() {
    return Stream.of(
            row.stream(), assignments.stream().map(Assignment::value), Stream.ofNullable(condition))
        .flatMap(expressions -> expressions)
        .flatMap(Expression::parameters)
        .toList();
  }

  /** The value that an INSERT has for a column; null when it has none. */
  @Nullable Expression inserted(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (column.equals(columns.get(i).name())) {
        return row.get(i);
      }
    }
    return null;
  }

  SqlStatement with(
      List<Token> newColumns,
      List<Expression> newRow,
      List<Assignment> newAssignments,
      @Nullable Expression newCondition) {
    return new SqlStatement(kind, table, newColumns, newRow, newAssignments, newCondition);
  }
}
