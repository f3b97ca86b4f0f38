package dev.sluice.worker.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The inbox's partitions on MySQL and MariaDB: one for each day, split off the catch-all ahead of
 * time, dropped when the retention has passed.
 */
final class InboxPartitions {
  private static final String LOCK = "sluice_inbox_partitions";
  private static final int DAYS_AHEAD = 7;

  /** A partition is named after its bucket. */
  private static final String DAY = "d";

  private InboxPartitions() {}

  /**
   * Adds days up to a week after {@code today}, and drops those before {@code oldest}. Does nothing
   * while another worker is at it.
   */
  static void maintain(Connection connection, int oldest, int today) throws SQLException {
    if (!lock(connection)) {
      return;
    }
    try {
      List<Integer> days = days(connection);
      int next = days.isEmpty() ? oldest : days.get(days.size() - 1) + 1;
      add(connection, Math.max(next, oldest), today + DAYS_AHEAD);
      drop(connection, days.stream().filter(day -> day < oldest).toList());
    } finally {
      unlock(connection);
    }
  }

  /** The days that have a partition, ascending. */
  private static List<Integer> days(Connection connection) throws SQLException {
    List<Integer> days = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet rows =
            select.executeQuery(
                "SELECT partition_name FROM information_schema.partitions WHERE table_schema ="
                    + " DATABASE() AND table_name = 'sluice_inbox' ORDER BY"
                    + " partition_ordinal_position")) {
      while (rows.next()) {
        String name = rows.getString(1);
        if (name != null && name.matches(DAY + "\\d+")) {
          days.add(Integer.valueOf(name.substring(DAY.length())));
        }
      }
    }
    return days;
  }

  private static void add(Connection connection, int first, int last) throws SQLException {
    if (first > last) {
      return;
    }
    StringJoiner parts = new StringJoiner(", ");
    for (int day = first; day <= last; day++) {
      parts.add("PARTITION " + DAY + day + " VALUES LESS THAN (" + (day + 1) + ")");
    }
    parts.add("PARTITION later VALUES LESS THAN MAXVALUE");
    execute(connection, "ALTER TABLE sluice_inbox REORGANIZE PARTITION later INTO (" + parts + ")");
  }

  private static void drop(Connection connection, List<Integer> days) throws SQLException {
    for (int day : days) {
      execute(connection, "ALTER TABLE sluice_inbox DROP PARTITION " + DAY + day);
    }
  }

  private static boolean lock(Connection connection) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT GET_LOCK(?, 0)")) {
      lock.setString(1, LOCK);
      try (ResultSet row = lock.executeQuery()) {
        return row.next() && row.getInt(1) == 1;
      }
    }
  }

  private static void unlock(Connection connection) throws SQLException {
    try (PreparedStatement unlock = connection.prepareStatement("SELECT RELEASE_LOCK(?)")) {
      unlock.setString(1, LOCK);
      unlock.executeQuery().close();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
