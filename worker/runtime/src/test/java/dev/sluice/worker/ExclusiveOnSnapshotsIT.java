package dev.sluice.worker;

import dev.sluice.devservices.DatabaseService;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The same where a row that changed since a transaction's snapshot may not be locked: MariaDB. */
class ExclusiveOnSnapshotsIT extends ExclusiveIT {
  private static final String VARIABLE = "innodb_snapshot_isolation";

  @Override
  String url(DatabaseService server, String name) throws SQLException {
    String url = server.jdbcUrl(name);
    try (Connection connection =
            DriverManager.getConnection(url, server.user(), server.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW VARIABLES LIKE '" + VARIABLE + "'")) {
      // MySQL has no such thing: there it is the same test once more.
      return row.next()
          ? url + (url.contains("?") ? "&" : "?") + "sessionVariables=" + VARIABLE + "=ON"
          : url;
    }
  }
}
