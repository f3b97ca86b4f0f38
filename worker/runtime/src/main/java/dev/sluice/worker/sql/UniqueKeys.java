package dev.sluice.worker.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The unique keys of a table, each a set of columns in small letters. */
final class UniqueKeys {

  private UniqueKeys() {}

  /** Whether rows that agree in these columns are one row. */
  static boolean any(Connection connection, String table, Set<String> columns) throws SQLException {
    DatabaseMetaData database = connection.getMetaData();
    String[] path = table.replace("`", "").split("\\.", 2);
    String name = folded(database, path[path.length - 1]);
    boolean catalogs = database.supportsCatalogsInDataManipulation();
    String place = path.length == 2 ? folded(database, path[0]) : null;
    String catalog = place != null && catalogs ? place : connection.getCatalog();
    String schema = catalogs ? null : place == null ? connection.getSchema() : place;
    Map<String, Set<String>> keys = new TreeMap<>();
    try (ResultSet row = database.getIndexInfo(catalog, schema, name, true, true)) {
      while (row.next()) {
        String column = row.getString("COLUMN_NAME");
        if (column != null) {
          keys.computeIfAbsent(row.getString("INDEX_NAME"), index -> new HashSet<>())
              .add(column.toLowerCase(Locale.ROOT));
        }
      }
    }
    return keys.values().stream().anyMatch(columns::containsAll);
  }

  private static String folded(DatabaseMetaData database, String name) throws SQLException {
    return database.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
  }
}
