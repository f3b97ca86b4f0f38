package dev.sluice.cli.demo;

import dev.sluice.cli.CommandFailed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The demo's own tables, and what it reads of Sluice's. The table of effects has no unique key on
 * purpose: an effect that was applied twice stands there twice.
 */
final class DemoTables {
  private static final int ROWS_PER_INSERT = 1000;
  private static final List<String> CLEARED =
      List.of(
          "sluice_post",
          "sluice_follow",
          "sluice_user",
          "sluice_long_task_lane",
          "sluice_long_task");

  /** Jobs have long tasks, too, which are none of the demo's fan-outs. */
  private static final String FAN_OUTS = "name IN ('timeline.fan_out', 'timeline.remove')";

  private final DataSource dataSource;

  DemoTables(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Makes room for a demo: clears what an earlier one left.
   *
   * @throws CommandFailed when the database holds posts that no demo wrote
   */
  void prepare() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      if (!exists(connection, "demo_effect") && count("SELECT COUNT(*) FROM sluice_post") > 0) {
        throw new CommandFailed(
            "this database holds posts that no demo wrote, and a demo would delete them; point"
                + " SLUICE_DATABASE_URL at another database");
      }
      statement.execute(
          "CREATE TABLE IF NOT EXISTS demo_effect (n BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
              + " task_id VARCHAR(36) NOT NULL)");
      statement.execute("CREATE TABLE IF NOT EXISTS demo_dependency (there INT NOT NULL)");
      statement.execute("DELETE FROM demo_effect");
      statement.execute("DELETE FROM demo_dependency");
      for (String table : CLEARED) {
        statement.execute("DELETE FROM " + table);
      }
    }
  }

  /** Inserts every edge. */
  void load(FollowerGraph graph, Progress progress) throws SQLException {
    progress.begin("followers", graph.edges());
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      EdgeInsert insert = new EdgeInsert(connection);
      int done = 0;
      for (int author = 0; author < graph.users(); author++) {
        for (int follower : graph.followers(author).toArray()) {
          insert.add(graph.id(author), graph.id(follower));
          if (++done % (10 * ROWS_PER_INSERT) == 0) {
            connection.commit();
            progress.at(done);
          }
        }
      }
      insert.flush();
      count(connection);
      connection.commit();
    }
    progress.end();
  }

  /** The counters that handlers of follows would have written. */
  private static void count(Connection connection) throws SQLException {
    try (Statement insert = connection.createStatement()) {
      insert.executeUpdate(
          "INSERT INTO sluice_user (id, followers, following) SELECT id, SUM(f), SUM(g) FROM"
              + " (SELECT author AS id, COUNT(*) AS f, 0 AS g FROM sluice_follow GROUP BY author"
              + " UNION ALL SELECT follower, 0, COUNT(*) FROM sluice_follow GROUP BY follower)"
              + " edges GROUP BY id");
    }
  }

  static void insertEffect(Connection connection, String taskId) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO demo_effect (task_id) VALUES (?)")) {
      insert.setString(1, taskId);
      insert.executeUpdate();
    }
  }

  static boolean dependencyIsThere(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT COUNT(*) FROM demo_dependency")) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  /** From now on what the failing tasks need is there. */
  void bringDependency() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement insert = connection.createStatement()) {
      insert.execute("INSERT INTO demo_dependency (there) VALUES (1)");
    }
  }

  /** How often each task id stands in the table of effects. */
  Map<String, Integer> effects() throws SQLException {
    Map<String, Integer> effects = new HashMap<>();
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT task_id FROM demo_effect")) {
      while (row.next()) {
        effects.merge(row.getString(1), 1, Integer::sum);
      }
    }
    return effects;
  }

  /**
   * Ids of tasks with an entry among the dead.
   *
   * @param state {@code DEAD} for those that wait, {@code REDRIVEN} for those that were sent back
   */
  Set<String> dead(String state) throws SQLException {
    Set<String> dead = new HashSet<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT task_id FROM sluice_dead_task WHERE state = ? AND task_id IS NOT NULL")) {
      select.setString(1, state);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          dead.add(row.getString(1));
        }
      }
    }
    return dead;
  }

  long effectCount() throws SQLException {
    return count("SELECT COUNT(*) FROM demo_effect");
  }

  /** Continuations that wrote a chunk. */
  long chunks() throws SQLException {
    return count(
        "SELECT COALESCE(SUM(l.step), 0) FROM sluice_long_task_lane l"
            + " JOIN sluice_long_task t ON t.id = l.long_task WHERE "
            + FAN_OUTS);
  }

  /** Ids of those that went in lanes and have ended. */
  List<String> endedFanOuts() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT id FROM sluice_long_task WHERE lanes > 0 AND ended_at IS NOT NULL AND "
                    + FAN_OUTS
                    + " ORDER BY ended_at")) {
      List<String> ids = new ArrayList<>();
      while (row.next()) {
        ids.add(row.getString(1));
      }
      return ids;
    }
  }

  long openFanOuts() throws SQLException {
    return count("SELECT COUNT(*) FROM sluice_long_task WHERE ended_at IS NULL AND " + FAN_OUTS);
  }

  /** Rows that the posts' transactions and the fan-outs left. */
  long rowsWritten() throws SQLException {
    return count("SELECT COUNT(*) FROM sluice_post")
        + count("SELECT COUNT(*) FROM demo_effect")
        + count("SELECT COUNT(*) FROM sluice_long_task WHERE " + FAN_OUTS)
        + count("SELECT COALESCE(SUM(lanes), 0) FROM sluice_long_task WHERE " + FAN_OUTS);
  }

  private static boolean exists(Connection connection, String table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT COUNT(*) FROM information_schema.tables WHERE LOWER(table_name) = ?"
                + " AND LOWER(table_schema) IN (LOWER(?), 'public')")) {
      select.setString(1, table);
      select.setString(2, connection.getCatalog());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1) > 0;
      }
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Inserts edges, a thousand with one statement. */
  private static final class EdgeInsert {
    private final Connection connection;
    private final long[] ids = new long[2 * ROWS_PER_INSERT];
    private int count;

    EdgeInsert(Connection connection) {
      this.connection = connection;
    }

    void add(long author, long follower) throws SQLException {
      ids[count++] = author;
      ids[count++] = follower;
      if (count == ids.length) {
        flush();
      }
    }

    void flush() throws SQLException {
      if (count == 0) {
        return;
      }
      String rows = "(?, ?), ".repeat(count / 2 - 1) + "(?, ?)";
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO sluice_follow (author, follower) VALUES " + rows)) {
        for (int i = 0; i < count; i++) {
          insert.setLong(i + 1, ids[i]);
        }
        insert.executeUpdate();
      }
      count = 0;
    }
  }
}
