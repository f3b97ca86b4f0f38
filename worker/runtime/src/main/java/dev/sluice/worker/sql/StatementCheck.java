package dev.sluice.worker.sql;

import dev.sluice.database.Dialect;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Lets a database look at a statement without running it. */
final class StatementCheck {

  private StatementCheck() {}

  static void check(Connection connection, String task, String database, String sql)
      throws SQLException {
    try {
      if (Dialect.of(connection) == Dialect.H2) {
        connection.prepareStatement(sql).close();
      } else {
        prepare(connection, sql);
      }
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.SCHEMA) {
        throw e;
      }
      // H2 tells the statement as well, behind its reason.
      String reason =
          String.valueOf(e.getMessage())
              .lines()
              .findFirst()
              .orElse("")
              .replace("; SQL statement:", "");
      throw new SqlTaskInvalid(
          task,
          "statement",
          "database '%s' refuses it: %s; correct it, or make the table what it takes"
              .formatted(database, reason),
          e);
    }
  }

  /** The driver prepares on its own side, which asks nobody. */
  private static void prepare(Connection connection, String sql) throws SQLException {
    try (PreparedStatement set = connection.prepareStatement("SET @sluice_statement = ?");
        Statement statement = connection.createStatement()) {
      set.setString(1, sql);
      set.execute();
      try {
        statement.execute("PREPARE sluice_statement FROM @sluice_statement");
        statement.execute("DEALLOCATE PREPARE sluice_statement");
      } finally {
        statement.execute("SET @sluice_statement = NULL");
      }
    }
  }
}
