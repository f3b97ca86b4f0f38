package dev.sluice.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions by range of one table: split off from its last one ahead of time, and dropped as a
 * whole. Several processes may do this at once: the second finds it done.
 *
 * <p>Threading: for the thread that uses the connection.
 */
public final class RangePartitions {
  private static final Logger log = LoggerFactory.getLogger(RangePartitions.class);

  // A partition is split or dropped under a lock that waits for every open transaction of the
  // table and lets nobody pass meanwhile. The servers would wait for a day; we give way and come
  // back.
  private static final String GIVE_WAY = "SET SESSION lock_wait_timeout = 3";
  private static final String WAIT_AS_BEFORE = "SET SESSION lock_wait_timeout = DEFAULT";
  private static final int PARTITION_EXISTS = 1517;
  private static final int NOT_IN_RANGE_ORDER = 1493;
  private static final int REORGANISE_OUTSIDE_RANGE = 1520;
  private static final int PARTITION_MISSING = 1507;
  private static final int MARIADB_PARTITION_MISSING = 1735;

  /** Each statement holds up whoever wants to write, and each takes its time. */
  private static final int AT_ONCE = 10;

  private final Connection connection;
  private final String table;

  private RangePartitions(Connection connection, String table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * The partitions of a table of the connection's database, which must be {@linkplain
   * Dialect#partitioned able} to have some.
   *
   * @param connection one that commits by itself
   */
  public static RangePartitions of(Connection connection, String table) {
    return new RangePartitions(connection, table);
  }

  /**
   * A partition.
   *
   * @param expression what its range is of, as the server writes it
   * @param bound where it ends, exclusive: a number, or a time in quotes; null for no end
   * @param rows about how many it has
   */
  public record Partition(String name, String expression, @Nullable String bound, long rows) {}

  /** In the order of their ranges; none when the table has no partitions, or none by range. */
  public List<Partition> list() throws SQLException {
    List<Partition> partitions = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT partition_name, MIN(partition_expression), MIN(partition_description),"
                + " SUM(table_rows), MIN(partition_ordinal_position) AS place"
                + " FROM information_schema.partitions"
                + " WHERE table_schema = DATABASE() AND table_name = ?"
                + " AND partition_method IN ('RANGE', 'RANGE COLUMNS')"
                + " GROUP BY partition_name ORDER BY place")) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String bound = row.getString(3);
          partitions.add(
              new Partition(
                  row.getString(1),
                  row.getString(2),
                  "MAXVALUE".equals(bound) ? null : bound,
                  row.getLong(4)));
        }
      }
    }
    return partitions;
  }

  /**
   * Drops partitions with all their rows, several at a time.
   *
   * @return about how many rows went
   * @throws SQLException also when a long transaction is in the way, as a {@link
   *     SqlErrorClass#LOCK_TIMEOUT}
   */
  public long drop(List<Partition> old) throws SQLException {
    long rows = 0;
    for (int from = 0; from < old.size(); from += AT_ONCE) {
      List<Partition> some = old.subList(from, Math.min(old.size(), from + AT_ONCE));
      if (!dropped(some)) {
        for (Partition one : some) {
          dropped(List.of(one));
        }
      }
      rows += some.stream().mapToLong(Partition::rows).sum();
      log.info(
          "Dropped partitions {} of {}, older than the retention",
          some.stream().map(Partition::name).toList(),
          table);
    }
    return rows;
  }

  /** Whether a partition has no row of which a condition holds. */
  boolean hasNone(Partition partition, String condition) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT 1 FROM %s PARTITION (%s) WHERE %s LIMIT 1"
                    .formatted(quoted(table), quoted(partition.name()), condition))) {
      return !row.next();
    }
  }

  /** False when one of them is gone, and all others are there. */
  private boolean dropped(List<Partition> partitions) throws SQLException {
    return alter(
        partitions.stream()
            .map(partition -> quoted(partition.name()))
            .collect(Collectors.joining(", ", "DROP PARTITION ", "")),
        PARTITION_MISSING,
        MARIADB_PARTITION_MISSING);
  }

  /**
   * Splits partitions off from the last one.
   *
   * @param last the name of the one without an end
   * @param coming names and bounds, as they are written in SQL, in their order
   */
  void split(String last, List<Coming> coming) throws SQLException {
    String parts =
        coming.stream()
            .map(
                part -> "PARTITION " + quoted(part.name) + " VALUES LESS THAN (" + part.bound + ")")
            .collect(Collectors.joining(", "));
    alter(
        "REORGANIZE PARTITION %1$s INTO (%2$s, PARTITION %1$s VALUES LESS THAN (MAXVALUE))"
            .formatted(quoted(last), parts),
        PARTITION_EXISTS,
        NOT_IN_RANGE_ORDER,
        REORGANISE_OUTSIDE_RANGE);
  }

  /** A partition that is to be. */
  record Coming(String name, String bound) {}

  /** Changes the table; false for the given errors, which say that another process was first. */
  private boolean alter(String change, int... done) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(GIVE_WAY);
      try {
        statement.execute("ALTER TABLE " + quoted(table) + " " + change);
        return true;
      } catch (SQLException e) {
        for (int code : done) {
          if (e.getErrorCode() == code) {
            return false;
          }
        }
        throw e;
      } finally {
        statement.execute(WAIT_AS_BEFORE);
      }
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
