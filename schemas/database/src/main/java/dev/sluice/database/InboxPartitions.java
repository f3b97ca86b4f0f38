package dev.sluice.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the inbox to its retention: one partition for each UTC day, made ahead of time and dropped
 * as a whole; ids without a time, which share bucket 0, are deleted in small batches. Does nothing
 * on H2.
 *
 * <p>Several processes may do this at once: the second finds it done.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class InboxPartitions {
  private static final Logger log = LoggerFactory.getLogger(InboxPartitions.class);
  private static final int DAYS_AHEAD = 3;
  private static final int PAGE_ROWS = 500;
  private static final String PAGE =
      "SELECT task, at FROM sluice_inbox WHERE bucket = 0 AND task > ? ORDER BY task LIMIT "
          + PAGE_ROWS;
  private static final String DELETE = "DELETE FROM sluice_inbox WHERE bucket = 0 AND task IN (";

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

  private final Database database;
  private final InstantSource clock;
  private final Duration retention;

  /**
   * The inbox of a database.
   *
   * @param retention how long ids are remembered, whole days; 30 unless configured
   */
  public InboxPartitions(Database database, InstantSource clock, Duration retention) {
    if (retention.toDays() < 1) {
      throw new IllegalArgumentException(
          "the inbox's retention must be at least 1 day, is " + retention);
    }
    this.database = database;
    this.clock = clock;
    this.retention = retention;
  }

  /**
   * Adds coming days, drops days beyond the retention, trims bucket 0. Call it at start and about
   * once an hour.
   *
   * @throws SQLException also when a long transaction is in the way: the next call makes up for it
   */
  public void maintain() throws SQLException {
    if (!database.dialect().partitioned()) {
      return;
    }
    Instant now = clock.instant();
    int today = Math.toIntExact(now.getEpochSecond() / Duration.ofDays(1).toSeconds());
    int oldest = Math.toIntExact(today - retention.toDays());
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(GIVE_WAY);
      try {
        addDays(statement, oldest, today + DAYS_AHEAD);
        dropDays(statement, oldest);
      } finally {
        statement.execute(WAIT_AS_BEFORE);
      }
      trim(connection, now.minus(retention));
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

  /** Walks bucket 0 by its key, a page at a time, so that no index on the time is needed. */
  private static void trim(Connection connection, Instant before) throws SQLException {
    byte[] after = new byte[0];
    LocalDateTime oldest = LocalDateTime.ofInstant(before, ZoneOffset.UTC);
    List<byte[]> old = new ArrayList<>();
    boolean more = true;
    while (more) {
      int read = 0;
      old.clear();
      try (PreparedStatement select = connection.prepareStatement(PAGE)) {
        select.setBytes(1, after);
        try (ResultSet row = select.executeQuery()) {
          for (; row.next(); read++) {
            after = row.getBytes(1);
            if (row.getObject(2, LocalDateTime.class).isBefore(oldest)) {
              old.add(after);
            }
          }
        }
      }
      delete(connection, old);
      more = read == PAGE_ROWS;
    }
  }

  private static void delete(Connection connection, List<byte[]> tasks) throws SQLException {
    if (tasks.isEmpty()) {
      return;
    }
    String sql = DELETE + "?, ".repeat(tasks.size() - 1) + "?)";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      for (int i = 0; i < tasks.size(); i++) {
        delete.setBytes(i + 1, tasks.get(i));
      }
      delete.executeUpdate();
    }
  }
}
