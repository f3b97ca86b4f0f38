package dev.sluice.cli.demo;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.Producer;
import dev.sluice.producer.ProducerOptions;
import dev.sluice.task.TaskIds;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What piles up in a database over the months, for the jobs to tidy away: old rows, keys whose time
 * to live is over, messages that an outbox set aside.
 */
final class Leftovers {
  static final int ROWS = 5000;
  static final int KEYS = 500;
  static final int MESSAGES = 3;

  /** Marks what is the demo's own. */
  private static final String MARK = "demo-leftover";

  private static final Duration OLD = Duration.ofDays(400);
  private static final Duration SET_ASIDE = Duration.ofHours(3);

  private final DataSource dataSource;

  Leftovers(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** What is left of them. */
  record Left(long rows, long keys) {}

  /**
   * Leaves them, in the place of those of an earlier demo.
   *
   * @return ids of the tasks that were set aside, which run once they are released
   */
  List<String> leave(DemoServers servers) throws SQLException {
    Instant old = Instant.now().minus(OLD);
    try (Connection connection = dataSource.getConnection()) {
      execute(connection, "DELETE FROM sluice_counter_correction WHERE recount = ?", MARK);
      execute(connection, "DELETE FROM sluice_key WHERE task = ?", MARK);
      execute(connection, "DELETE FROM sluice_outbox WHERE queue = ?", queue(servers));
      insertRows(connection, old);
      insertKeys(connection, old);
    }
    try (Producer producer = Producer.open(servers.broker(), ProducerOptions.DEFAULTS)) {
      return setAside(producer, queue(servers));
    }
  }

  private static String queue(DemoServers servers) {
    return servers.broker().topology().queue(DemoTasks.QUEUE);
  }

  Left left() throws SQLException {
    return new Left(
        count("SELECT COUNT(*) FROM sluice_counter_correction WHERE recount = ?"),
        count("SELECT COUNT(*) FROM sluice_key WHERE task = ?"));
  }

  private static void insertRows(Connection connection, Instant at) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_counter_correction (recount, user_id, counter, was, is_now, at)"
                + " VALUES (?, ?, 'posts', 1, 2, ?)")) {
      for (int row = 0; row < ROWS; row++) {
        insert.setString(1, MARK);
        insert.setLong(2, row);
        insert.setString(3, SqlTimes.text(at));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void insertKeys(Connection connection, Instant at) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_key (id, task, ticket, confirmed, fingerprint, since, expires_at)"
                + " VALUES (?, ?, ?, TRUE, ?, ?, ?)")) {
      for (int key = 0; key < KEYS; key++) {
        insert.setBytes(1, random(32));
        insert.setString(2, MARK);
        insert.setBytes(3, random(16));
        insert.setBytes(4, random(32));
        insert.setString(5, SqlTimes.text(at));
        insert.setString(6, SqlTimes.text(at));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** As a broker leaves them that refused them for an hour, two hours ago. */
  private List<String> setAside(Producer producer, String queue) throws SQLException {
    List<String> ids = new ArrayList<>();
    producer.transaction(
        dataSource,
        transaction -> {
          for (int i = 0; i < MESSAGES; i++) {
            String id = TaskIds.next(Instant.now()).toString();
            transaction.enqueue(
                DemoTasks.CALL, new DemoTasks.Call(-1 - i), EnqueueOptions.DEFAULTS.taskId(id));
            ids.add(id);
          }
          try (PreparedStatement park =
              transaction
                  .connection()
                  .prepareStatement(
                      "UPDATE sluice_outbox SET failures = 20, failing_since = ?,"
                          + " not_before = '9999-12-31 00:00:00',"
                          + " parked_reason = 'the queue was full' WHERE queue = ?")) {
            park.setString(1, SqlTimes.text(Instant.now().minus(SET_ASIDE)));
            park.setString(2, queue);
            park.executeUpdate();
          }
        });
    return ids;
  }

  private static void execute(Connection connection, String sql, String value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      statement.executeUpdate();
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, MARK);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static byte[] random(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      buffer.putLong(UUID.randomUUID().getMostSignificantBits());
    }
    return buffer.array();
  }
}
