package dev.sluice.bench;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The outbox's table as the benchmark looks at it. */
record OutboxTable(DataSource dataSource) {

  /** Whether no row is left. From its end, since the relay deletes from its beginning. */
  boolean isEmpty() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT id FROM sluice_outbox ORDER BY id DESC LIMIT 1")) {
      return !row.next();
    }
  }

  /** What the server is, and how it treats a commit. */
  String server() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      DatabaseMetaData server = connection.getMetaData();
      String name = server.getDatabaseProductName() + " " + server.getDatabaseProductVersion();
      return name.startsWith("H2") ? name : name + ", " + flushing(connection);
    }
  }

  private static String flushing(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT @@innodb_flush_log_at_trx_commit")) {
      row.next();
      return "innodb_flush_log_at_trx_commit = " + row.getInt(1);
    }
  }
}
