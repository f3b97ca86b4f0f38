package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A table without a unique key: an effect that is applied twice shows. */
final class Ledger {

  private Ledger() {}

  static void create(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement create = connection.createStatement()) {
      create.execute("CREATE TABLE ledger (entry VARCHAR(255) NOT NULL)");
    }
  }

  static void add(Connection connection, String entry) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO ledger (entry) VALUES (?)")) {
      insert.setString(1, entry);
      insert.executeUpdate();
    }
  }

  static List<String> entries(DataSource database) throws SQLException {
    return strings(database, "SELECT entry FROM ledger ORDER BY entry");
  }

  static List<String> strings(DataSource database, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet rows = select.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
