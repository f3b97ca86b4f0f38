package dev.sluice.worker.order;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.Message;
import dev.sluice.message.MessageBytes;
import dev.sluice.outbox.Outbox;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The tables of order keys. A key is free, or held by one task, behind which others wait as rows.
 * Each method is one transaction; all but {@link #begin} change nothing once a newer term has
 * begun.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class OrderRows {
  private final DataSource dataSource;
  private final InstantSource clock;
  private final Outbox outbox;

  /** The tables in a worker's main database. */
  public OrderRows(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    outbox = new Outbox(clock);
  }

  /** Begins a new term for a partition queue, and ends the one before. */
  public Term begin(String partition) throws SQLException {
    return OwnTransaction.run(dataSource, connection -> begin(connection, partition));
  }

  /**
   * Whether it is a task's turn.
   *
   * @param message what to keep of the task if another one holds its key
   * @param hold whether the task shall hold the key if it is free
   */
  public Turn turn(Term term, OrderKey key, String taskId, Message message, boolean hold)
      throws SQLException {
    return OwnTransaction.run(
        dataSource,
        connection -> {
          if (!stands(connection, term)) {
            return Turn.TERM_IS_OVER;
          }
          String holder = holder(connection, key.id());
          if (holder == null) {
            if (!hold) {
              return Turn.FREE;
            }
            hold(connection, key, taskId);
            return Turn.ITS_OWN;
          }
          if (holder.equals(taskId)) {
            return Turn.ITS_OWN;
          }
          waits(connection, key.id(), taskId, message);
          return Turn.WAITS;
        });
  }

  /**
   * A task was settled for good: if it holds its key, the next one does, and its message is in the
   * outbox.
   *
   * @return FREE when no task of the key is left, ITS_OWN when another one holds the key now
   */
  public Turn settled(Term term, OrderKey key, String taskId) throws SQLException {
    return OwnTransaction.run(
        dataSource,
        connection -> {
          if (!stands(connection, term)) {
            return Turn.TERM_IS_OVER;
          }
          return passOn(connection, key.id(), taskId);
        });
  }

  /** As {@link #settled}, whatever the term; false when the task does not hold the key. */
  boolean release(OrderKey key, String taskId) throws SQLException {
    return OwnTransaction.run(
        dataSource,
        connection -> {
          boolean holds = taskId.equals(holder(connection, key.id()));
          if (holds) {
            passOn(connection, key.id(), taskId);
          }
          return holds;
        });
  }

  private static Term begin(Connection connection, String partition) throws SQLException {
    try (PreparedStatement raise =
        connection.prepareStatement(
            "UPDATE sluice_order_partition SET term = term + 1 WHERE queue = ?")) {
      raise.setString(1, partition);
      if (raise.executeUpdate() == 0) {
        insertPartition(connection, partition);
      }
    }
    Long number = term(connection, partition);
    if (number == null) {
      throw new SQLException("the row of partition " + partition + " is gone");
    }
    Set<KeyId> held = new HashSet<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM sluice_order_holder WHERE queue = ?")) {
      select.setString(1, partition);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          held.add(KeyId.read(row.getBytes(1)));
        }
      }
    }
    return new Term(partition, number, held);
  }

  private static void insertPartition(Connection connection, String partition) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_order_partition (queue, term) VALUES (?, 1)")) {
      insert.setString(1, partition);
      insert.executeUpdate();
    }
  }

  /** Locks the partition's row: of two workers only one writes at a time. */
  private static @Nullable Long term(Connection connection, String partition) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT term FROM sluice_order_partition WHERE queue = ? FOR UPDATE")) {
      select.setString(1, partition);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    }
  }

  private static boolean stands(Connection connection, Term term) throws SQLException {
    Long number = term(connection, term.partition());
    return number != null && number == term.number();
  }

  private static @Nullable String holder(Connection connection, KeyId key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT task FROM sluice_order_holder WHERE id = ? FOR UPDATE")) {
      select.setBytes(1, key.bytes());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private void hold(Connection connection, OrderKey key, String taskId) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_order_holder (id, queue, order_key, task, since)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setBytes(1, key.id().bytes());
      insert.setString(2, key.partition());
      insert.setString(3, key.clipped());
      insert.setString(4, taskId);
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.executeUpdate();
    }
  }

  private void waits(Connection connection, KeyId key, String taskId, Message message)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_order_waiting (id, task, task_id, message, since)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setBytes(1, key.bytes());
      insert.setBytes(2, KeyId.sha256(taskId));
      insert.setString(3, taskId);
      insert.setBytes(4, MessageBytes.write(message));
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.executeUpdate();
    } catch (SQLException e) {
      // It waits already, and keeps its place.
      if (SqlErrors.classify(e) != SqlErrorClass.DUPLICATE_KEY) {
        throw e;
      }
    }
  }

  private Turn passOn(Connection connection, KeyId key, String taskId) throws SQLException {
    String holder = holder(connection, key);
    if (holder == null) {
      return Turn.FREE;
    }
    if (!holder.equals(taskId)) {
      return Turn.ITS_OWN;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT w.n, w.task_id, w.message, h.queue FROM sluice_order_waiting w"
                + " JOIN sluice_order_holder h ON h.id = w.id"
                + " WHERE w.id = ? ORDER BY w.n LIMIT 1")) {
      select.setBytes(1, key.bytes());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          update(connection, "DELETE FROM sluice_order_holder WHERE id = ?", key);
          return Turn.FREE;
        }
        Message message = MessageBytes.read(row.getBytes(3));
        outbox.insert(connection, List.of(new RoutedMessage(row.getString(4), null, message)));
        succeed(connection, key, row.getString(2));
        delete(connection, row.getLong(1));
        return Turn.ITS_OWN;
      }
    }
  }

  private void succeed(Connection connection, KeyId key, String next) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_order_holder SET task = ?, since = ? WHERE id = ?")) {
      update.setString(1, next);
      update.setString(2, SqlTimes.text(clock.instant()));
      update.setBytes(3, key.bytes());
      update.executeUpdate();
    }
  }

  private static void delete(Connection connection, long number) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_order_waiting WHERE n = ?")) {
      delete.setLong(1, number);
      delete.executeUpdate();
    }
  }

  private static void update(Connection connection, String sql, KeyId key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, key.bytes());
      statement.executeUpdate();
    }
  }
}
