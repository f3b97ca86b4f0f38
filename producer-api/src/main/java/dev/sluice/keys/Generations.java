package dev.sluice.keys;

import dev.sluice.outbox.SqlTimes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The table of the newest tasks of keys whose tasks replace each other, on the caller's connection.
 * A task is superseded when the row has another generation than its message.
 *
 * <p>Threading: stateless.
 */
public final class Generations {
  /** How long after its start a message may still turn up: as long as the inbox remembers. */
  private static final Duration KEPT = Duration.ofDays(30);

  private static final String RAISE =
      "INSERT INTO sluice_generation (id, generation, task, settled, keep_until)"
          + " VALUES (?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE generation = generation + 1,"
          + " task = ?, settled = 0, keep_until = GREATEST(keep_until, ?)";
  private static final String READ = "SELECT generation, task FROM sluice_generation WHERE id = ?";
  private static final String READ_LOCKED = READ + " /*! LOCK IN SHARE MODE */";
  // Counted up, so that the row changes whatever a driver takes for a change.
  private static final String SETTLE =
      "UPDATE sluice_generation SET settled = settled + 1 WHERE id = ? AND generation = ?";

  private Generations() {}

  /**
   * A task and its place among those of its key.
   *
   * @param taskId the newest task
   * @param generation its number
   */
  public record Newest(String taskId, long generation) {}

  /**
   * Makes a task the newest of its key once the caller's transaction commits.
   *
   * @param start when it may start
   * @return its generation
   */
  public static long raise(
      Connection transaction, KeyName key, String taskId, Instant now, Instant start)
      throws SQLException {
    try (PreparedStatement raise = transaction.prepareStatement(RAISE)) {
      raise.setBytes(1, key.hash());
      // Above any that a truncated row of the key had.
      raise.setLong(2, now.toEpochMilli());
      raise.setString(3, taskId);
      raise.setString(4, SqlTimes.text(start.plus(KEPT)));
      raise.setString(5, taskId);
      raise.setString(6, SqlTimes.text(start.plus(KEPT)));
      raise.executeUpdate();
    }
    Newest newest = read(transaction, READ, key);
    if (newest == null) {
      throw new SQLException("the row of key " + key.text() + " is gone though it is locked");
    }
    return newest.generation();
  }

  /** The newest task of a key; null when none is known. */
  public static @Nullable Newest newest(Connection connection, KeyName key) throws SQLException {
    return read(connection, READ, key);
  }

  /**
   * Settles a task in the transaction of its effect: from now until the commit no other can
   * supersede it.
   *
   * @return the task that supersedes it already; null when none does
   */
  public static @Nullable Newest settle(Connection transaction, KeyName key, long generation)
      throws SQLException {
    try (PreparedStatement settle = transaction.prepareStatement(SETTLE)) {
      settle.setBytes(1, key.hash());
      settle.setLong(2, generation);
      if (settle.executeUpdate() > 0) {
        return null;
      }
    }
    return read(transaction, READ_LOCKED, key);
  }

  private static @Nullable Newest read(Connection connection, String sql, KeyName key)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, key.hash());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? new Newest(row.getString(2), row.getLong(1)) : null;
      }
    }
  }
}
