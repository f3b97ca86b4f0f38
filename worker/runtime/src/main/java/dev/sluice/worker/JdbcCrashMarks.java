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
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link CrashMarks} in the table {@code sluice_attempt_mark}. */
final class JdbcCrashMarks implements CrashMarks {
  private static final Logger log = LoggerFactory.getLogger(JdbcCrashMarks.class);

  private final DataSource dataSource;
  private final InstantSource clock;

  JdbcCrashMarks(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  @Override
  public long count(Delivery delivery, String taskId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT marks FROM sluice_attempt_mark WHERE task = ?")) {
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
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM sluice_attempt_mark WHERE task = ?")) {
      delete.setBytes(1, InboxKey.of(taskId).task());
      delete.executeUpdate();
    } catch (SQLException e) {
      log.warn("The crash marks of task {} stay in the database: {}", taskId, e.getMessage());
    }
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
