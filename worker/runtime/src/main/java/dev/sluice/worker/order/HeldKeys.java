package dev.sluice.worker.order;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Order keys that are not free, for operators.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class HeldKeys {
  /** What {@link #held} and {@link #waiting} say for so many or more. */
  public static final int MOST = 10_000;

  private final DataSource dataSource;
  private final InstantSource clock;

  /** The keys in a worker's main database. */
  public HeldKeys(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  /** The keys that have been held for longest. */
  public List<HeldKey> list(int limit) throws SQLException {
    return OwnTransaction.statement(
        dataSource,
        connection -> {
          List<HeldKey> keys = new ArrayList<>();
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT h.queue, h.order_key, h.task, h.since,"
                      + " (SELECT COUNT(*) FROM sluice_order_waiting w WHERE w.id = h.id) AS waiting"
                      + " FROM sluice_order_holder h ORDER BY h.since LIMIT ?")) {
            select.setInt(1, limit);
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                keys.add(
                    new HeldKey(
                        row.getString("queue"),
                        row.getString("order_key"),
                        row.getString("task"),
                        SqlTimes.read(row, "since"),
                        row.getInt("waiting")));
              }
            }
          }
          return keys;
        });
  }

  /** How many keys are held, to {@value #MOST} at most. */
  public int held() throws SQLException {
    return OwnTransaction.statement(
        dataSource, connection -> count(connection, "sluice_order_holder"));
  }

  /** How many tasks wait behind others of their keys, to {@value #MOST} at most. */
  public int waiting() throws SQLException {
    return OwnTransaction.statement(
        dataSource, connection -> count(connection, "sluice_order_waiting"));
  }

  /**
   * Lets the next task of a key go on, as if the one that holds it were settled: where that one was
   * lost, because somebody purged its queue for example. Should it come back, it runs out of order.
   *
   * @param partition its partition queue, namespace included
   * @return false when the task does not hold the key
   */
  public boolean release(String partition, String key, String taskId) throws SQLException {
    OrderRows rows = new OrderRows(dataSource, clock);
    return rows.release(OrderKey.of(partition, key), taskId);
  }

  private static int count(Connection connection, String table) throws SQLException {
    try (PreparedStatement count =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM (SELECT 1 FROM " + table + " LIMIT " + MOST + ") counted");
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }
}
