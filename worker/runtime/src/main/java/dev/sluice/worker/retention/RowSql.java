package dev.sluice.worker.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that find old rows of a table and delete them by their primary key.
 *
 * @param condition what else must hold of a row, of ours and never from outside; empty for nothing
 * @param dependents rows of another table that go with each row; null for none
 */
record RowSql(TableShape shape, String condition, @Nullable Dependents dependents) {

  /**
   * A row that was found.
   *
   * @param age of the age column; null where it was not asked for
   * @param rows how many rows go with it, itself among them
   */
  record Found(List<String> key, @Nullable String age, boolean old, int rows) {}

  /**
   * The oldest rows, by an index on their age.
   *
   * @param since the least age that is looked at; null for any
   * @param before rows of this age and younger ones are no longer old
   */
  List<Found> oldest(Connection connection, @Nullable String since, String before, int limit)
      throws SQLException {
    String sql =
        "SELECT %s, %s, %s FROM %s WHERE %s%s < ?%s ORDER BY %s LIMIT %d"
            .formatted(
                keys(),
                shape.age(),
                rowsOfEach(),
                shape.quoted(),
                and(),
                shape.age(),
                since == null ? "" : " AND " + shape.age() + " >= ?",
                shape.age(),
                limit);
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      shape.kind().bind(select, 1, before);
      if (since != null) {
        shape.kind().bind(select, 2, since);
      }
      List<Found> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          int next = shape.key().size() + 1;
          found.add(new Found(key(row), row.getString(next), true, row.getInt(next + 1)));
        }
      }
      return found;
    }
  }

  /**
   * The next rows by primary key, old or not.
   *
   * @param after the last key that was looked at; null for the beginning
   */
  List<Found> next(
      Connection connection,
      @Nullable List<String> after,
      @Nullable String since,
      String before,
      int limit)
      throws SQLException {
    String where =
        and()
            + (since == null ? "" : shape.age() + " >= ? AND ")
            + (after == null ? "1 = 1" : behind(0));
    String sql =
        "SELECT %s, CASE WHEN %s < ? THEN 1 ELSE 0 END, %s FROM %s WHERE %s ORDER BY %s LIMIT %d"
            .formatted(keys(), shape.age(), rowsOfEach(), shape.quoted(), where, keys(), limit);
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int parameter = 1;
      shape.kind().bind(select, parameter++, before);
      if (since != null) {
        shape.kind().bind(select, parameter++, since);
      }
      if (after != null) {
        bindBehind(select, parameter, after);
      }
      List<Found> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          int next = shape.key().size() + 1;
          found.add(new Found(key(row), null, row.getInt(next) == 1, row.getInt(next + 1)));
        }
      }
      return found;
    }
  }

  /** The age of the oldest row; null when there is none. */
  @Nullable String oldestAge(Connection connection, @Nullable String since) throws SQLException {
    String sql =
        "SELECT %1$s FROM %2$s WHERE %3$s%1$s >= ? ORDER BY %1$s LIMIT 1"
            .formatted(shape.age(), shape.quoted(), and());
    if (since == null) {
      sql = sql.replace(" >= ?", " IS NOT NULL");
    }
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      if (since != null) {
        shape.kind().bind(select, 1, since);
      }
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Deletes those rows of some that are old by now; returns how many. */
  int delete(Connection connection, List<List<String>> rows, String before) throws SQLException {
    String sql =
        "DELETE FROM %s WHERE %s AND %s%s < ?"
            .formatted(shape.quoted(), among(rows.size()), and(), shape.age());
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      shape.kind().bind(delete, bindKeys(delete, rows), before);
      return delete.executeUpdate();
    }
  }

  /** Takes those rows of some that are old by now, so that they stay so; returns their keys. */
  List<List<String>> lock(Connection connection, List<List<String>> rows, String before)
      throws SQLException {
    String sql =
        "SELECT %s FROM %s WHERE %s AND %s%s < ? FOR UPDATE"
            .formatted(keys(), shape.quoted(), among(rows.size()), and(), shape.age());
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      shape.kind().bind(select, bindKeys(select, rows), before);
      List<List<String>> locked = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          locked.add(key(row));
        }
      }
      return locked;
    }
  }

  private String rowsOfEach() {
    return dependents == null ? "1" : "1 + " + dependents.count(shape);
  }

  private String keys() {
    return shape.key().stream().map(KeyColumn::name).collect(Collectors.joining(", "));
  }

  private List<String> key(ResultSet row) throws SQLException {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < shape.key().size(); i++) {
      key.add(shape.key().get(i).read(row, i + 1));
    }
    return key;
  }

  private String and() {
    return condition.isEmpty() ? "" : "(" + condition + ") AND ";
  }

  /**
   * Whether a key is behind another one, from a column on. Row values would say it in one word, and
   * MySQL would read the table from its beginning for each page.
   */
  private String behind(int column) {
    String name = shape.key().get(column).name();
    return column == shape.key().size() - 1
        ? name + " > ?"
        : "(%1$s > ? OR (%1$s = ? AND %2$s))".formatted(name, behind(column + 1));
  }

  private void bindBehind(PreparedStatement statement, int first, List<String> after)
      throws SQLException {
    int parameter = first;
    for (int i = 0; i < after.size(); i++) {
      KeyColumn column = shape.key().get(i);
      column.bind(statement, parameter++, after.get(i));
      if (i < after.size() - 1) {
        column.bind(statement, parameter++, after.get(i));
      }
    }
  }

  /** Whether a row is one of so many. */
  private String among(int rows) {
    if (shape.key().size() == 1) {
      String places = String.join(", ", Collections.nCopies(rows, "?"));
      return shape.key().get(0).name() + " IN (" + places + ")";
    }
    String one =
        shape.key().stream()
            .map(column -> column.name() + " = ?")
            .collect(Collectors.joining(" AND ", "(", ")"));
    return "(" + String.join(" OR ", Collections.nCopies(rows, one)) + ")";
  }

  /** Returns the next parameter. */
  private int bindKeys(PreparedStatement statement, List<List<String>> rows) throws SQLException {
    int parameter = 1;
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        shape.key().get(i).bind(statement, parameter++, row.get(i));
      }
    }
    return parameter;
  }
}
