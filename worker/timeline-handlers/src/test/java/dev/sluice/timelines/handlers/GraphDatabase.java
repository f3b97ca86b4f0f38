package dev.sluice.timelines.handlers;

import dev.sluice.database.Database;
import dev.sluice.database.DatabaseOptions;
import dev.sluice.devservices.DatabaseService;
import dev.sluice.devservices.DevServices;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The shared database server, with the tables of the graph empty. */
final class GraphDatabase implements AutoCloseable {
  private static final List<String> TABLES =
      List.of(
          "sluice_post",
          "sluice_follow",
          "sluice_user",
          "sluice_counter_correction",
          "sluice_long_task_lane",
          "sluice_long_task",
          "sluice_dead_task",
          "sluice_outbox",
          "sluice_inbox");

  private final Database database;

  GraphDatabase() throws SQLException {
    DatabaseService server = DevServices.shared().database();
    database =
        Database.open(
            DatabaseOptions.of(server.jdbcUrl())
                .user(server.user())
                .password(server.password())
                .poolSize(16));
    database.migrate();
    for (String table : TABLES) {
      execute("DELETE FROM " + table);
    }
  }

  DataSource dataSource() {
    return database.dataSource();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  long count(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Users whose counters are not what the tables of edges and posts say. */
  long miscounted() throws SQLException {
    return count(
        "SELECT COUNT(*) FROM sluice_user u WHERE"
            + " followers <> (SELECT COUNT(*) FROM sluice_follow WHERE author = u.id AND active)"
            + " OR following <> (SELECT COUNT(*) FROM sluice_follow WHERE follower = u.id"
            + " AND active)"
            + " OR posts <> (SELECT COUNT(*) FROM sluice_post WHERE author = u.id"
            + " AND deleted_at IS NULL)");
  }

  @Override
  public void close() {
    database.close();
  }
}
