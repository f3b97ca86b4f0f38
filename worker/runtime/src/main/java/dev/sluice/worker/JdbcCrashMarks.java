package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link CrashMarks} in the table {@code sluice_attempt_mark}. */
final class JdbcCrashMarks implements CrashMarks {
  private static final Logger log = LoggerFactory.getLogger(JdbcCrashMarks.class);

  private static final String DELETE = "DELETE FROM sluice_attempt_mark WHERE task = ?";
  private static final int MOST_LEFT = 10_000;

  private final DataSource dataSource;
  private final InstantSource clock;

  /**
   * Settled tasks whose marks are still there, because the database went away while they ran: it
   * may go away five times.
   */
  private final Set<String> left = ConcurrentHashMap.newKeySet();

  JdbcCrashMarks(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  @Override
  public long count(Delivery delivery, String taskId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT marks FROM sluice_attempt_mark WHERE task = ?")) {
      clearLeft(connection);
      select.setBytes(1, InboxKey.of(taskId).task());
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  @Override
  public void raise(String taskId) throws SQLException {
    byte[] task = InboxKey.of(taskId).task();
    try (Connection connection = dataSource.getConnection()) {
      // The connection commits each statement by itself.
      if (!update(connection, task)) {
        insert(connection, task);
      }
    }
  }

  @Override
  public void clear(String taskId) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setBytes(1, InboxKey.of(taskId).task());
      delete.executeUpdate();
    } catch (SQLException e) {
      if (left.size() < MOST_LEFT) {
        left.add(taskId);
      }
      log.warn("The crash marks of task {} are removed later: {}", taskId, e.getMessage());
    }
  }

  private void clearLeft(Connection connection) throws SQLException {
    if (left.isEmpty()) {
      return;
    }
    List<String> tasks = List.copyOf(left);
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      for (String task : tasks) {
        delete.setBytes(1, InboxKey.of(task).task());
        delete.addBatch();
      }
      delete.executeBatch();
    }
    tasks.forEach(left::remove);
  }

  private boolean update(Connection connection, byte[] task) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_attempt_mark SET marks = marks + 1, at = ? WHERE task = ?")) {
      update.setString(1, SqlTimes.text(clock.instant()));
      update.setBytes(2, task);
      return update.executeUpdate() > 0;
    }
  }

  private void insert(Connection connection, byte[] task) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_attempt_mark (task, marks, at) VALUES (?, 1, ?)")) {
      insert.setBytes(1, task);
      insert.setString(2, SqlTimes.text(clock.instant()));
      insert.executeUpdate();
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.DUPLICATE_KEY) {
        throw e;
      }
      update(connection, task);
    }
  }
}
