package dev.sluice.bench.effects;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/**
 * Sluice's inbox and the table {@code bench_row} beside it, which has no unique key of its own: a
 * task that is applied twice leaves two rows.
 *
 * <p>Threading: safe; every transaction has a connection of its own.
 */
public record EffectTables(DataSource dataSource) {
  /** Rows that one task leaves: one of the inbox, one beside it. */
  public static final int ROWS_PER_TASK = 2;

  /** How {@link #insertRows} binds: number, text. */
  public static final String INSERT_ROW = "INSERT INTO bench_row (number, text) VALUES (?, ?)";

  private static final String INSERT_INBOX =
      "INSERT INTO sluice_inbox (bucket, task, kind, result, at) VALUES (?, ?, 0, NULL, ?)";
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS bench_row (
        id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        number BIGINT NOT NULL,
        text VARCHAR(500) NOT NULL)""";

  /** An empty table of rows; the inbox is left as it is. */
  public void create() throws SQLException {
    execute(CREATE, "TRUNCATE TABLE bench_row");
  }

  /** Takes the rows away. */
  public void clear() throws SQLException {
    execute("TRUNCATE TABLE bench_row");
  }

  /** Inserts both rows of each in the caller's transaction, two multi-row statements. */
  public static void insert(Connection transaction, List<Effect> effects) throws SQLException {
    String at = SqlTimes.text(Instant.now());
    try (PreparedStatement inbox = transaction.prepareStatement(INSERT_INBOX)) {
      for (Effect effect : effects) {
        InboxKey key = InboxKey.of(effect.taskId());
        inbox.setInt(1, key.bucket());
        inbox.setBytes(2, key.task());
        inbox.setString(3, at);
        inbox.addBatch();
      }
      inbox.executeBatch();
    }
    insertRows(transaction, effects);
  }

  /** Inserts the rows beside the inbox alone, where the inbox is somebody else's work. */
  public static void insertRows(Connection transaction, List<Effect> effects) throws SQLException {
    try (PreparedStatement rows = transaction.prepareStatement(INSERT_ROW)) {
      for (Effect effect : effects) {
        rows.setLong(1, effect.number());
        rows.setString(2, effect.text());
        rows.addBatch();
      }
      rows.executeBatch();
    }
  }

  /** Applies them in a transaction; what was applied before is left alone if it is a single one. */
  public void apply(List<Effect> effects) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        insert(connection, effects);
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        if (effects.size() > 1 || SqlErrors.classify(e) != SqlErrorClass.DUPLICATE_KEY) {
          throw e;
        }
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Hears of a task and how many rows it has left. */
  @FunctionalInterface
  public interface TaskRows {
    void found(long task, long rows);
  }

  /**
   * Counts the rows of each task, where one leaves several, numbered one after the other.
   *
   * @param lines rows that a task leaves
   * @return rows beyond those
   */
  public long countByTask(int lines, TaskRows heard) throws SQLException {
    String select =
        "SELECT number DIV "
            + lines
            + ", COUNT(*), COUNT(DISTINCT number) FROM bench_row GROUP BY 1";
    long beyond = 0;
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      while (row.next()) {
        heard.found(row.getLong(1), row.getLong(3));
        beyond += row.getLong(2) - row.getLong(3);
      }
    }
    return beyond;
  }

  /** How many rows there are beside the inbox. */
  public long rows() throws SQLException {
    return number("SELECT COUNT(*) FROM bench_row");
  }

  /** How many different tasks these are. */
  public long tasks() throws SQLException {
    return number("SELECT COUNT(DISTINCT number) FROM bench_row");
  }

  /** The last id that was given out; never below {@link #rows}, and cheap to ask for. */
  public long lastId() throws SQLException {
    return number("SELECT COALESCE(MAX(id), 0) FROM bench_row");
  }

  private long number(String select) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
