package dev.sluice.timelines.handlers;

import dev.sluice.producer.EnqueueOptions;
import dev.sluice.task.TaskType;
import dev.sluice.timelines.FanOutStep;
import dev.sluice.worker.TaskContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An attempt whose follow-ups are rows of a table {@code outbox}. */
final class FakeTask implements TaskContext {
  private final String taskId;
  private @Nullable Connection transaction;
  boolean stopRequested;

  FakeTask(String taskId) {
    this.taskId = taskId;
  }

  static void createOutbox(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE outbox (n BIGINT AUTO_INCREMENT PRIMARY KEY, task_id VARCHAR(36),"
              + " fan_out CHAR(36), lane INT, chunk INT, epoch INT)");
    }
  }

  /** The transaction that the worker began for this attempt. */
  FakeTask in(Connection connection) {
    transaction = connection;
    return this;
  }

  @Override
  public <F extends Record> String enqueue(TaskType<F> type, F payload, EnqueueOptions options) {
    try {
      return enqueue(Objects.requireNonNull(transaction), type, payload, options);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public <F extends Record> String enqueue(
      Connection connection, TaskType<F> type, F payload, EnqueueOptions options)
      throws SQLException {
    FanOutStep step = (FanOutStep) payload;
    String id = Objects.requireNonNull(options.taskId());
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outbox (task_id, fan_out, lane, chunk, epoch) VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, step.fanOut());
      insert.setInt(3, step.lane());
      insert.setInt(4, step.chunk());
      insert.setInt(5, step.epoch());
      insert.executeUpdate();
    }
    return id;
  }

  @Override
  public String taskId() {
    return taskId;
  }

  @Override
  public String rootId() {
    return taskId;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public String queue() {
    return "timelines";
  }

  @Override
  public Map<String, @Nullable Object> headers() {
    return Map.of();
  }

  @Override
  public Instant deadline() {
    return Instant.MAX;
  }

  @Override
  public boolean stopRequested() {
    return stopRequested;
  }
}
