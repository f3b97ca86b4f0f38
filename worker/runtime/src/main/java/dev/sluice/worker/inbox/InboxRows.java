package dev.sluice.worker.inbox;

import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The inbox for many tasks at a time. A statement that meets one known id inserts none: drivers do
 * not tell which row it was, so that the caller rolls back, asks for those that are known, and
 * repeats without them.
 *
 * <p>Threading: stateless.
 */
public final class InboxRows {
  private static final String INSERT =
      "INSERT INTO sluice_inbox (bucket, task, kind, result, at) VALUES ";
  private static final int ROW_CHARS = 80;
  private static final String FIND =
      "SELECT task, kind FROM sluice_inbox WHERE bucket = ? AND task IN (";

  private final InstantSource clock;

  public InboxRows(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Inserts a row for each key with one statement, in the caller's transaction.
   *
   * @param keys no key twice; sorted, so that two batches do not wait for each other
   */
  public void insert(Connection connection, List<InboxKey> keys, InboxKind kind)
      throws SQLException {
    // As literals: for a driver that prepares on its own side, 2,000 parameters of a statement that
    // it cannot cache cost as much as all the rest of a batch. None of it comes from outside.
    String rest = ", " + kind.ordinal() + ", NULL, '" + SqlTimes.text(clock.instant()) + "')";
    StringBuilder sql = new StringBuilder(INSERT.length() + ROW_CHARS * keys.size()).append(INSERT);
    String separator = "(";
    for (InboxKey key : keys) {
      sql.append(separator).append(key.bucket()).append(", X'");
      HexFormat.of().formatHex(sql, key.task()).append('\'').append(rest);
      separator = ", (";
    }
    try (Statement insert = connection.createStatement()) {
      insert.setEscapeProcessing(false);
      insert.executeUpdate(sql.toString());
    }
  }

  /** Which of the keys have a committed row, and of what kind. */
  public Map<InboxKey, InboxKind> find(Connection connection, List<InboxKey> keys)
      throws SQLException {
    Map<Integer, List<InboxKey>> byBucket = new HashMap<>();
    keys.forEach(
        key -> byBucket.computeIfAbsent(key.bucket(), bucket -> new ArrayList<>()).add(key));
    Map<InboxKey, InboxKind> found = new HashMap<>();
    for (Map.Entry<Integer, List<InboxKey>> bucket : byBucket.entrySet()) {
      find(connection, bucket.getKey(), bucket.getValue(), found);
    }
    return found;
  }

  // One partition at a time.
  private static void find(
      Connection connection, int bucket, List<InboxKey> keys, Map<InboxKey, InboxKind> found)
      throws SQLException {
    String sql = FIND + "?, ".repeat(keys.size() - 1) + "?)";
    try (PreparedStatement find = connection.prepareStatement(sql)) {
      find.setInt(1, bucket);
      for (int i = 0; i < keys.size(); i++) {
        find.setBytes(i + 2, keys.get(i).task());
      }
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          found.put(new InboxKey(bucket, rows.getBytes(1)), InboxKind.values()[rows.getInt(2)]);
        }
      }
    }
  }
}
