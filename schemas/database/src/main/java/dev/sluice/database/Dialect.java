package dev.sluice.database;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** The kinds of database that Sluice writes to. */
public enum Dialect {
  /** MySQL, 8.0 or newer. */
  MYSQL,
  /** MariaDB, 10.6 or newer. */
  MARIADB,
  /** H2 in MySQL mode, for demos and tests. */
  H2;

  /** Whether the inbox has partitions. */
  public boolean partitioned() {
    return this != H2;
  }

  /** The folder of this dialect's migrations. */
  String migrations() {
    return this == H2 ? "h2" : "mysql";
  }

  /** Asks the server what it is: the driver alone does not tell MariaDB from MySQL. */
  public static Dialect of(Connection connection) throws SQLException {
    DatabaseMetaData server = connection.getMetaData();
    String name = server.getDatabaseProductName() + " " + server.getDatabaseProductVersion();
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("h2")) {
      return H2;
    }
    if (lower.contains("mariadb")) {
      return MARIADB;
    }
    if (lower.contains("mysql")) {
      return MYSQL;
    }
    throw new DatabaseUnavailable(name + " is not supported; use MySQL, MariaDB or H2", null);
  }
}
