package dev.sluice.worker.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * Rows of another table that go together with a row whose primary key is one text column.
 *
 * @param column where the key stands in them
 */
record Dependents(String table, String column) {

  /** An expression: how many of them a row has. */
  String count(TableShape shape) {
    return "(SELECT COUNT(*) FROM %1$s WHERE %1$s.%2$s = %3$s.%4$s)"
        .formatted(table, column, shape.quoted(), shape.key().get(0).name());
  }

  /** Deletes rows with what depends on them; returns how many rows of both tables went. */
  int delete(Connection connection, RowSql sql, List<List<String>> rows, String before)
      throws SQLException {
    List<List<String>> old = sql.lock(connection, rows, before);
    if (old.isEmpty()) {
      return 0;
    }
    String places = String.join(", ", Collections.nCopies(old.size(), "?"));
    int deleted;
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM %s WHERE %s IN (%s)".formatted(table, column, places))) {
      for (int i = 0; i < old.size(); i++) {
        delete.setString(i + 1, old.get(i).get(0));
      }
      deleted = delete.executeUpdate();
    }
    return deleted + sql.delete(connection, old, before);
  }
}
