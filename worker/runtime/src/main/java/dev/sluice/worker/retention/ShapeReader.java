package dev.sluice.worker.retention;

import dev.sluice.database.Dialect;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Holds a {@link Retention} against the metadata of its database. */
final class ShapeReader {
  /** In one half of the year or the other every other zone has another time. */
  private static final String MIDNIGHTS =
      "SELECT FROM_UNIXTIME(1767225600) = '2026-01-01 00:00:00'"
          + " AND FROM_UNIXTIME(1782864000) = '2026-07-01 00:00:00'";

  private final Connection connection;
  private final DatabaseMetaData database;
  private final @Nullable String catalog;
  private final @Nullable String schema;
  private final Retention retention;

  private ShapeReader(Connection connection, Retention retention) throws SQLException {
    this.connection = connection;
    database = connection.getMetaData();
    catalog = connection.getCatalog();
    schema = database.supportsCatalogsInDataManipulation() ? null : connection.getSchema();
    this.retention = retention;
  }

  private record Column(String name, int type, String typeName) {}

  /**
   * Reads what the truncation needs to know of the table.
   *
   * @throws RetentionInvalid when it cannot be truncated as configured
   */
  static TableShape read(Connection connection, Retention retention) throws SQLException {
    return new ShapeReader(connection, retention).shape();
  }

  private TableShape shape() throws SQLException {
    String table = table();
    Map<String, Column> columns = columns(table);
    Column age = ageColumn(table, columns);
    refuseOtherZones(age);
    List<KeyColumn> key = new ArrayList<>();
    for (String column : primaryKey(table)) {
      Column found = columns.get(column.toLowerCase(Locale.ROOT));
      if (found != null) {
        refuseInexact(table, found);
      }
      key.add(new KeyColumn(quoted(column), found == null ? Types.OTHER : found.type));
    }
    if (key.isEmpty()) {
      throw invalid(
          "table",
          "table '%s' has no primary key, by which rows are deleted; give it one".formatted(table));
    }
    return new TableShape(
        table, quoted(table), key, quoted(age.name), kind(age), indexed(table, age.name));
  }

  /** What is read of such a column is not equal to it, or is another type's value. */
  private void refuseInexact(String table, Column column) {
    String type = column.typeName.toUpperCase(Locale.ROOT);
    if (column.type == Types.REAL || column.type == Types.FLOAT || type.startsWith("YEAR")) {
      throw invalid(
          "table",
          ("column '%s' of the primary key of table '%s' is a %s: no row can be found again by it;"
                  + " give the table another primary key")
              .formatted(column.name, table, column.typeName));
    }
  }

  private String table() throws SQLException {
    for (String name : spellings(retention.table())) {
      try (ResultSet row = database.getTables(catalog, schema, escaped(name), null)) {
        while (row.next()) {
          String type = String.valueOf(row.getString("TABLE_TYPE"));
          if (type.contains("VIEW")) {
            throw invalid("table", "'%s' is a view; name the table behind it".formatted(name));
          }
          return row.getString("TABLE_NAME");
        }
      }
    }
    throw invalid(
        "table",
        "database '%s' has no table '%s'; create it, or correct the name"
            .formatted(retention.database(), retention.table()));
  }

  private List<String> spellings(String name) throws SQLException {
    return database.storesUpperCaseIdentifiers()
        ? List.of(name, name.toUpperCase(Locale.ROOT))
        : List.of(name);
  }

  /** By their names in small letters. */
  private Map<String, Column> columns(String table) throws SQLException {
    Map<String, Column> columns = new LinkedHashMap<>();
    try (ResultSet row = database.getColumns(catalog, schema, escaped(table), "%")) {
      while (row.next()) {
        String name = row.getString("COLUMN_NAME");
        columns.put(
            name.toLowerCase(Locale.ROOT),
            new Column(name, row.getInt("DATA_TYPE"), row.getString("TYPE_NAME")));
      }
    }
    return columns;
  }

  private Column ageColumn(String table, Map<String, Column> columns) {
    Column found = columns.get(retention.column().toLowerCase(Locale.ROOT));
    if (found == null) {
      throw invalid(
          "column",
          "table '%s' has no column '%s'; it has %s"
              .formatted(
                  table,
                  retention.column(),
                  String.join(", ", columns.values().stream().map(Column::name).toList())));
    }
    return found;
  }

  /** MySQL and MariaDB write a TIMESTAMP in the session's zone; a DATETIME is what it is. */
  private void refuseOtherZones(Column column) throws SQLException {
    if (!column.typeName.equalsIgnoreCase("TIMESTAMP") || Dialect.of(connection) == Dialect.H2) {
      return;
    }
    try (PreparedStatement select = connection.prepareStatement(MIDNIGHTS);
        ResultSet row = select.executeQuery()) {
      if (!row.next() || !row.getBoolean(1)) {
        throw invalid(
            "column",
            ("column '%s' is a TIMESTAMP, and the sessions of database '%s' are not in UTC; leave"
                    + " connectionTimeZone out of its URL, or set it to +00:00 with"
                    + " forceConnectionTimeZoneToSession=true")
                .formatted(column.name, retention.database()));
      }
    }
  }

  private AgeColumn kind(Column column) {
    switch (column.type) {
      case Types.TIMESTAMP -> {
        return time(column, AgeColumn.TIME);
      }
      case Types.DATE -> {
        // MySQL's driver takes YEAR for a date.
        if (column.typeName.toUpperCase(Locale.ROOT).startsWith("DATE")) {
          return time(column, AgeColumn.DATE);
        }
      }
      case Types.INTEGER, Types.BIGINT, Types.DECIMAL, Types.NUMERIC -> {
        if (retention.unit() != null) {
          return AgeColumn.of(retention.unit());
        }
        throw invalid(
            "unit",
            "column '%s' is a number (%s); say what it counts: millis, seconds or days"
                .formatted(column.name, column.typeName));
      }
      default -> {}
    }
    throw invalid(
        "column",
        "column '%s' is a %s and tells no age; name one that is a DATETIME, TIMESTAMP, DATE, or a"
                .formatted(column.name, column.typeName)
            + " number of seconds or milliseconds");
  }

  private AgeColumn time(Column column, AgeColumn kind) {
    if (retention.unit() != null) {
      throw invalid(
          "unit",
          "column '%s' is a %s, which needs no unit; leave it out"
              .formatted(column.name, column.typeName));
    }
    return kind;
  }

  private List<String> primaryKey(String table) throws SQLException {
    Map<Integer, String> columns = new TreeMap<>();
    try (ResultSet row = database.getPrimaryKeys(catalog, schema, table)) {
      while (row.next()) {
        columns.put(row.getInt("KEY_SEQ"), row.getString("COLUMN_NAME"));
      }
    }
    return List.copyOf(columns.values());
  }

  private boolean indexed(String table, String column) throws SQLException {
    try (ResultSet row = database.getIndexInfo(catalog, schema, table, false, true)) {
      while (row.next()) {
        if (row.getInt("ORDINAL_POSITION") == 1
            && column.equalsIgnoreCase(row.getString("COLUMN_NAME"))) {
          return true;
        }
      }
      return false;
    }
  }

  private String quoted(String name) throws SQLException {
    String quote = database.getIdentifierQuoteString();
    return quote + name.replace(quote, quote + quote) + quote;
  }

  /** For a pattern of the metadata, in which _ and % stand for others. */
  private String escaped(String name) throws SQLException {
    String escape = database.getSearchStringEscape();
    return name.replace(escape, escape + escape)
        .replace("_", escape + "_")
        .replace("%", escape + "%");
  }

  private RetentionInvalid invalid(String key, String why) {
    return new RetentionInvalid("retention.tables." + retention.name() + "." + key + ": " + why);
  }
}
