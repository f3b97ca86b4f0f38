package dev.sluice.worker.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows of another table that go together with a row whose primary key is one text column.
 *
 * @param column where the key stands in them
 */
record Dependents(String table, String column) {

  /** Deletes rows with what depends on them; returns how many rows went. */
  int delete(Connection connection, RowSql sql, List<List<String>> rows, String before)
      throws SQLException {
    List<List<String>> old = sql.lock(connection, rows, before);
    if (old.isEmpty()) {
      return 0;
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + table + " WHERE " + column + " = ?")) {
      for (List<String> key : old) {
        delete.setString(1, key.get(0));
        delete.addBatch();
      }
      delete.executeBatch();
    }
    return sql.delete(connection, old, before);
  }
}
