package dev.sluice.scheduler;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.Headers;
import dev.sluice.message.Message;
import dev.sluice.message.PayloadCodec;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.MessageFactory;
import dev.sluice.producer.NewTask;
import dev.sluice.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Fires a job once for an instant, however often and by however many schedulers it is asked to: the
 * row of the firing, whose primary key is job and instant, and its task's outbox row commit
 * together or not at all.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class Firing {
  private static final String INSERT =
      "INSERT INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at, enqueued_at)"
          + " VALUES (?, ?, 'due', 'enqueued', ?, ?, ?)";

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Outbox outbox;
  private final MessageFactory messages;

  Firing(DataSource dataSource, Topology topology, InstantSource clock, String origin) {
    this.dataSource = dataSource;
    this.clock = clock;
    outbox = new Outbox(clock);
    messages = new MessageFactory(topology, origin, PayloadCodec.DEFAULT_MAX_BYTES, clock);
  }

  /**
   * Returns the id of the task; empty when the firing is committed already.
   *
   * @param fireTime the instant at which the job was due
   */
  Optional<String> fire(JobSpec job, Instant fireTime) throws SQLException {
    // The id's time is now, not the instant missed: a task older than the inbox is refused.
    NewTask task =
        messages.createNamed(
            job.task(), Kwargs.tree(job.kwargs()), 1, job.queue(), EnqueueOptions.DEFAULTS);
    Message message =
        task.message().withHeaders(Map.of(Headers.FIRING, job.name() + "@" + fireTime));
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        insert(connection, job, fireTime, task.taskId());
        outbox.insert(connection, List.of(new RoutedMessage(task.queue(), null, message)));
        connection.commit();
        return Optional.of(task.taskId());
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        if (e instanceof SQLException sql
            && SqlErrors.classify(sql) == SqlErrorClass.DUPLICATE_KEY) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }

  /** Fails when the table of firings is missing. */
  void checkTable() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement none =
            connection.prepareStatement("SELECT task_id FROM sluice_job_firing WHERE 1 = 0")) {
      none.executeQuery();
    }
  }

  private void insert(Connection connection, JobSpec job, Instant fireTime, String taskId)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, job.name());
      insert.setString(2, SqlTimes.text(fireTime));
      insert.setString(3, taskId);
      String now = SqlTimes.text(clock.instant());
      insert.setString(4, now);
      insert.setString(5, now);
      insert.executeUpdate();
    }
  }

  private static void rollBack(Connection connection, Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }
}
