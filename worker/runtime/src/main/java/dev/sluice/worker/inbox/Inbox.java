package dev.sluice.worker.inbox;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.outbox.SqlTimes;
import dev.sluice.task.InboxKey;
import dev.sluice.task.TaskIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of task ids that must not be applied again. The INSERT is the arbiter: of two
 * transactions that insert the same id, one waits for the other and then finds the row.
 *
 * <p>Threading: stateless.
 */
public final class Inbox {
  /** How long ids are remembered; longer than any task is retried and kept among the dead. */
  public static final Duration RETENTION = Duration.ofDays(30);

  private static final String INSERT =
      "INSERT INTO sluice_inbox (bucket, task, kind, result, at) VALUES (?, ?, ?, ?, ?)";
  private static final String FIND = "SELECT kind FROM sluice_inbox WHERE bucket = ? AND task = ?";

  private final InstantSource clock;

  public Inbox(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Whether the inbox may have forgotten the task: its id tells a time before the retention. An id
   * without a time is never too old.
   */
  public static boolean tooOld(String taskId, Instant now) {
    Instant time = TaskIds.time(taskId);
    return time != null && time.isBefore(now.minus(RETENTION));
  }

  /**
   * Inserts a row in the caller's transaction.
   *
   * @param result the return value to keep; null for none
   * @return false when the task has a row already
   */
  public boolean insert(
      Connection connection, InboxKey key, InboxKind kind, byte @Nullable [] result)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setInt(1, key.bucket());
      insert.setBytes(2, key.task());
      insert.setInt(3, kind.ordinal());
      if (result == null) {
        insert.setNull(4, Types.BLOB);
      } else {
        insert.setBytes(4, result);
      }
      insert.setString(5, SqlTimes.text(clock.instant()));
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.DUPLICATE_KEY) {
        return false;
      }
      throw e;
    }
  }

  /** What the inbox has committed about a task; empty when nothing. */
  public Optional<InboxKind> find(Connection connection, InboxKey key) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setInt(1, key.bucket());
      find.setBytes(2, key.task());
      try (ResultSet rows = find.executeQuery()) {
        return rows.next() ? Optional.of(InboxKind.values()[rows.getInt(1)]) : Optional.empty();
      }
    }
  }
}
