package dev.sluice.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one partition of the inbox for each UTC day, made ahead of time and dropped as a whole.
 *
 * <p>Several processes may do this at once: the second finds it done.
 */
public final class InboxPartitions {
  private static final Logger log = LoggerFactory.getLogger(InboxPartitions.class);
  private static final int DAYS_AHEAD = 3;

  // A partition is split or dropped under a lock that waits for every open transaction of the
  // inbox and lets nobody pass meanwhile. The servers would wait for a day; we give way and come
  // back.
  private static final String GIVE_WAY = "SET SESSION lock_wait_timeout = 3";
  private static final String WAIT_AS_BEFORE = "SET SESSION lock_wait_timeout = DEFAULT";
  private static final int PARTITION_EXISTS = 1517;
  private static final int NOT_IN_RANGE_ORDER = 1493;
  private static final int REORGANISE_OUTSIDE_RANGE = 1520;
  private static final int PARTITION_MISSING = 1507;
  private static final int MARIADB_PARTITION_MISSING = 1735;

  private InboxPartitions() {}

  /**
   * Adds coming days and drops those before {@code oldest}. Call it at start and about once an
   * hour, on a connection that commits by itself to a database that is {@linkplain
   * Dialect#partitioned partitioned}.
   *
   * @param oldest the first day that is kept, counted from the epoch
   * @param today the current day, counted from the epoch
   * @throws SQLException also when a long transaction is in the way: the next call makes up for it
   */
  public static void maintain(Connection connection, int oldest, int today) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(GIVE_WAY);
      try {
        addDays(statement, oldest, today + DAYS_AHEAD);
        dropDays(statement, oldest);
      } finally {
        statement.execute(WAIT_AS_BEFORE);
      }
    }
  }

  /** Splits days off from the catch-all partition, up to {@code last}. */
  private static void addDays(Statement statement, int oldest, int last) throws SQLException {
    int next = Math.max(bounds(statement).stream().mapToInt(i -> i).max().orElse(1), oldest);
    if (next > last) {
      return;
    }
    StringBuilder sql =
        new StringBuilder("ALTER TABLE sluice_inbox REORGANIZE PARTITION later INTO (");
    for (int day = next; day <= last; day++) {
      sql.append("PARTITION d").append(day);
      sql.append(" VALUES LESS THAN (").append(day + 1).append("), ");
    }
    sql.append("PARTITION later VALUES LESS THAN MAXVALUE)");
    unlessDone(
        statement, sql.toString(), PARTITION_EXISTS, NOT_IN_RANGE_ORDER, REORGANISE_OUTSIDE_RANGE);
  }

  /** Drops the partitions that hold only days before {@code oldest}. */
  private static void dropDays(Statement statement, int oldest) throws SQLException {
    for (int bound : bounds(statement)) {
      if (bound > 1 && bound <= oldest) {
        String partition = "d" + (bound - 1);
        unlessDone(
            statement,
            "ALTER TABLE sluice_inbox DROP PARTITION " + partition,
            PARTITION_MISSING,
            MARIADB_PARTITION_MISSING);
        log.info("Dropped partition {} of sluice_inbox, older than the retention", partition);
      }
    }
  }

  /** Runs a statement; the given errors say that another process was first. */
  private static void unlessDone(Statement statement, String sql, int... done) throws SQLException {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      for (int code : done) {
        if (e.getErrorCode() == code) {
          return;
        }
      }
      throw e;
    }
  }

  /** Upper bounds, exclusive, of the partitions below the catch-all, in order. */
  private static List<Integer> bounds(Statement statement) throws SQLException {
    List<Integer> bounds = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT partition_description FROM information_schema.partitions"
                + " WHERE table_schema = DATABASE() AND table_name = 'sluice_inbox'"
                + " AND partition_description <> 'MAXVALUE'"
                + " ORDER BY partition_ordinal_position")) {
      while (row.next()) {
        bounds.add(row.getInt(1));
      }
    }
    return bounds;
  }
}
