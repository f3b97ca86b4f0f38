package dev.sluice.timelines.handlers;

import dev.sluice.worker.fanout.Recipients;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

/**
 * Every user who is counted, wrote a post, follows or is followed; each index is read by itself.
 */
final class AllUsers implements Recipients<RecountRun> {

  /** A column with ids of users that an index begins with. */
  private record Source(String table, String column) {

    void read(Connection connection, long after, long upTo, int limit, TreeSet<Long> into)
        throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement(
              ("SELECT DISTINCT %2$s FROM %1$s WHERE %2$s > ? AND %2$s <= ? ORDER BY %2$s LIMIT ?")
                  .formatted(table, column))) {
        select.setLong(1, after);
        select.setLong(2, upTo);
        select.setInt(3, limit);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            into.add(row.getLong(1));
          }
        }
      }
    }

    void ends(Connection connection, TreeSet<Long> into) throws SQLException {
      try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT MIN(%2$s), MAX(%2$s) FROM %1$s".formatted(table, column));
          ResultSet row = select.executeQuery()) {
        row.next();
        for (int end = 1; end <= 2; end++) {
          long id = row.getLong(end);
          if (!row.wasNull()) {
            into.add(id);
          }
        }
      }
    }
  }

  private static final List<Source> SOURCES =
      List.of(
          new Source("sluice_user", "id"),
          new Source("sluice_follow", "author"),
          new Source("sluice_follow", "follower"),
          new Source("sluice_post", "author"));

  @Override
  public List<Long> page(
      Connection connection, RecountRun run, int tier, long after, long upTo, int limit)
      throws SQLException {
    TreeSet<Long> ids = new TreeSet<>();
    for (Source source : SOURCES) {
      source.read(connection, after, upTo, limit, ids);
    }
    return ids.stream().limit(limit).toList();
  }

  @Override
  public long[] range(Connection connection, RecountRun run) throws SQLException {
    TreeSet<Long> ends = new TreeSet<>();
    for (Source source : SOURCES) {
      source.ends(connection, ends);
    }
    return new long[] {ends.first(), ends.last()};
  }
}
