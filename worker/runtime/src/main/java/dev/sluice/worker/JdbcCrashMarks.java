package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link CrashMarks} in the table {@code sluice_attempt_mark}. */
final class JdbcCrashMarks implements CrashMarks {
  private static final Logger log = LoggerFactory.getLogger(JdbcCrashMarks.class);

  private static final String RAISE = "INSERT INTO sluice_attempt_mark (task, marks, at) VALUES ";
  private static final String ROW = "(?, 1, ?)";
  private static final String ADD = " ON DUPLICATE KEY UPDATE marks = marks + 1, at = VALUES(at)";
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
  public void raise(Collection<String> taskIds) throws SQLException {
    // In one order, so that two workers that mark the same tasks do not wait for each other.
    List<byte[]> tasks =
        taskIds.stream().map(id -> InboxKey.of(id).task()).sorted(Arrays::compareUnsigned).toList();
    String sql = RAISE + ROW + (", " + ROW).repeat(tasks.size() - 1) + ADD;
    String now = SqlTimes.text(clock.instant());
    // The connection commits each statement by itself.
    try (Connection connection = dataSource.getConnection();
        PreparedStatement raise = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (byte[] task : tasks) {
        raise.setBytes(parameter++, task);
        raise.setString(parameter++, now);
      }
      raise.executeUpdate();
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
}
