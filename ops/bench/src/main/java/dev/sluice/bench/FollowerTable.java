package dev.sluice.bench;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.timelines.PostIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The follower graph and the fan-outs in the database, as the benchmark makes and watches them. */
record FollowerTable(DataSource dataSource) {
  private static final int FIRST_ROWS = 1000;

  /** Gives a private server the memory that one of this size has. */
  void prepare() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement set = connection.createStatement()) {
      set.execute("SET GLOBAL innodb_buffer_pool_size = 1073741824");
    }
  }

  /** Lets users 1 to {@code followers} follow an author. */
  void add(long author, int followers) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO sluice_follow (author, follower) VALUES (?, ?)")) {
        for (int follower = 1; follower <= Math.min(FIRST_ROWS, followers); follower++) {
          insert.setLong(1, author);
          insert.setLong(2, follower);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      // Copies of what is there already, shifted: some statements for millions of rows.
      try (PreparedStatement copy =
          connection.prepareStatement(
              "INSERT INTO sluice_follow (author, follower) SELECT author, follower + ?"
                  + " FROM sluice_follow WHERE author = ? AND follower <= ?")) {
        for (int there = FIRST_ROWS; there < followers; there *= 2) {
          copy.setLong(1, there);
          copy.setLong(2, author);
          copy.setLong(3, Math.min(there, followers - there));
          copy.executeUpdate();
        }
      }
      try (PreparedStatement count =
          connection.prepareStatement("INSERT INTO sluice_user (id, followers) VALUES (?, ?)")) {
        count.setLong(1, author);
        count.setLong(2, followers);
        count.executeUpdate();
      }
    }
  }

  /** Writes posts of an author to the database alone. */
  void write(List<Long> posts, long author) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO sluice_post (id, author, created_at, text) VALUES (?, ?, ?, ?)")) {
      for (long post : posts) {
        insert.setLong(1, post);
        insert.setLong(2, author);
        insert.setString(3, SqlTimes.text(PostIds.createdAt(post)));
        insert.setString(4, "Hello, world");
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Fan-outs that have ended. */
  long ended() throws SQLException {
    return number("SELECT COUNT(*) FROM sluice_long_task WHERE ended_at IS NOT NULL");
  }

  /** Lanes that are not at their end. */
  long openLanes() throws SQLException {
    return number("SELECT COUNT(*) FROM sluice_long_task_lane WHERE done = FALSE");
  }

  /** Recipients that were written to, over all fan-outs in lanes. */
  long written() throws SQLException {
    return number("SELECT COALESCE(SUM(units), 0) FROM sluice_long_task_lane");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
