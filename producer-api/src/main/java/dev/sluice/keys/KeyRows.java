package dev.sluice.keys;

import dev.sluice.outbox.SqlTimes;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table of held keys, on the caller's connection. Taking a key is one statement: of two
 * transactions that take the same one, the second waits until the first is committed or rolled
 * back.
 *
 * <p>Threading: stateless.
 */
public final class KeyRows {
  // One statement, so that no lock is ever raised from shared to exclusive, which deadlocks. MySQL
  // assigns from left to right: expires_at, which decides, comes last.
  private static final String TAKE =
      "INSERT INTO sluice_key (id, task, ticket, confirmed, fingerprint, since, expires_at)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
          + ifExpired("task")
          + ", "
          + ifExpired("ticket")
          + ", "
          + ifExpired("confirmed")
          + ", "
          + ifExpired("fingerprint")
          + ", "
          + ifExpired("since")
          + ", "
          + ifExpired("expires_at");
  // In a transaction a plain read may see an older state than the statement before; the lock is
  // held already. To H2 the hint is a comment: it reads what is committed, and its own writes.
  private static final String READ =
      "SELECT task, ticket, confirmed, fingerprint, since FROM sluice_key WHERE id = ?";
  private static final String READ_LOCKED = READ + " /*! LOCK IN SHARE MODE */";
  private static final String CONFIRM =
      "UPDATE sluice_key SET confirmed = TRUE WHERE id = ? AND task = ?";
  private static final String GIVE_UP =
      "DELETE FROM sluice_key WHERE id = ? AND task = ? AND confirmed = FALSE";
  private static final String RELEASE = "DELETE FROM sluice_key WHERE id = ? AND task = ?";

  private KeyRows() {}

  /**
   * Takes a key in the caller's transaction, with which it becomes known: a rollback leaves it to
   * others. The task is taken for stored, as its message commits along.
   */
  public static Holding takeWithin(Connection transaction, KeyName key, Claim claim)
      throws SQLException {
    Holding holding = take(transaction, key, claim, true, READ_LOCKED);
    if (holding == null) {
      throw new SQLException("the row of key " + key.text() + " is gone though it is locked");
    }
    return holding;
  }

  /** Takes a key with statements that commit by themselves; null when it was freed in between. */
  static @Nullable Holding take(Connection connection, KeyName key, Claim claim)
      throws SQLException {
    return take(connection, key, claim, false, READ);
  }

  private static @Nullable Holding take(
      Connection connection, KeyName key, Claim claim, boolean confirmed, String read)
      throws SQLException {
    byte[] ticket = ticket();
    try (PreparedStatement take = connection.prepareStatement(TAKE)) {
      take.setBytes(1, key.hash());
      take.setString(2, claim.taskId());
      take.setBytes(3, ticket);
      take.setBoolean(4, confirmed);
      take.setBytes(5, claim.fingerprint());
      take.setString(6, SqlTimes.text(claim.now()));
      take.setString(7, SqlTimes.text(claim.expires()));
      for (int decides = 8; decides <= 18; decides += 2) {
        take.setString(decides, SqlTimes.text(claim.now()));
      }
      take.setString(9, claim.taskId());
      take.setBytes(11, ticket);
      take.setBoolean(13, confirmed);
      take.setBytes(15, claim.fingerprint());
      take.setString(17, SqlTimes.text(claim.now()));
      take.setString(19, SqlTimes.text(claim.expires()));
      take.executeUpdate();
    }
    try (PreparedStatement select = connection.prepareStatement(read)) {
      select.setBytes(1, key.hash());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Holding(
                row.getString(1),
                Arrays.equals(row.getBytes(2), ticket),
                row.getBoolean(3),
                SqlTimes.read(row, "since"),
                row.getBytes(4))
            : null;
      }
    }
  }

  /** The holder is stored; in a transaction, once that commits. */
  public static void confirm(Connection connection, KeyName key, String taskId)
      throws SQLException {
    execute(connection, CONFIRM, key, taskId);
  }

  static void giveUp(Connection connection, KeyName key, String taskId) throws SQLException {
    execute(connection, GIVE_UP, key, taskId);
  }

  /** Frees a key that {@code taskId} holds; in a transaction, once that commits. */
  public static void release(Connection connection, KeyName key, String taskId)
      throws SQLException {
    execute(connection, RELEASE, key, taskId);
  }

  private static void execute(Connection connection, String sql, KeyName key, String taskId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, key.hash());
      statement.setString(2, taskId);
      statement.executeUpdate();
    }
  }

  private static byte[] ticket() {
    UUID random = UUID.randomUUID();
    return ByteBuffer.allocate(16)
        .putLong(random.getMostSignificantBits())
        .putLong(random.getLeastSignificantBits())
        .array();
  }

  private static String ifExpired(String column) {
    return " " + column + " = CASE WHEN expires_at <= ? THEN ? ELSE " + column + " END";
  }
}
