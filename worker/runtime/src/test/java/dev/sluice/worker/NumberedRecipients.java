package dev.sluice.worker;

import dev.sluice.worker.fanout.Recipients;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The recipients of a table, from 0. */
final class NumberedRecipients<P extends Record> implements Recipients<P> {

  /** Creates the table with so many recipients, a power of ten, by one statement. */
  static void create(Connection connection, int recipients) throws SQLException {
    int digits = Integer.toString(recipients).length() - 1;
    String number =
        IntStream.range(0, digits)
            .mapToObj(i -> "d" + i + ".n * " + (long) Math.pow(10, i))
            .collect(Collectors.joining(" + "));
    String tables =
        IntStream.range(0, digits).mapToObj(i -> "digit d" + i).collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS recipient");
      statement.execute("CREATE TABLE recipient (id BIGINT PRIMARY KEY)");
      statement.execute("CREATE TABLE IF NOT EXISTS digit (n INT PRIMARY KEY)");
      statement.execute(
          "INSERT IGNORE INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
      statement.execute("INSERT INTO recipient SELECT " + number + " FROM " + tables);
    }
  }

  @Override
  public List<Long> page(
      Connection connection, P payload, int tier, long after, long upTo, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM recipient WHERE id > ? AND id <= ? ORDER BY id LIMIT ?")) {
      select.setLong(1, after);
      select.setLong(2, upTo);
      select.setInt(3, limit);
      List<Long> ids = new ArrayList<>(limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    }
  }

  @Override
  public long @Nullable [] range(Connection connection, P payload) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT MIN(id), MAX(id) FROM recipient")) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2)};
    }
  }

  @Override
  public Long count(Connection connection, P payload) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM recipient")) {
      row.next();
      return row.getLong(1);
    }
  }
}
