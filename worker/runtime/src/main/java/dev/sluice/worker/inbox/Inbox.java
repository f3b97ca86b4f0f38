package dev.sluice.worker.inbox;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.task.InboxKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The inbox table. */
public final class Inbox {
  private final InstantSource clock;

  public Inbox(InstantSource clock) {
    this.clock = clock;
  }

  /** Inserts a row; false when the task has one. */
  public boolean insert(
      Connection connection, InboxKey key, InboxKind kind, byte @Nullable [] result)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_inbox (bucket, task, kind, result, at) VALUES (?, ?, ?, ?, ?)")) {
      insert.setInt(1, key.bucket());
      insert.setBytes(2, key.task());
      insert.setInt(3, kind.ordinal());
      insert.setBytes(4, result);
      insert.setObject(5, LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.DUPLICATE_KEY) {
        return false;
      }
      throw e;
    }
  }

  /** The kind of a task's row. */
  public Optional<InboxKind> find(Connection connection, InboxKey key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT kind FROM sluice_inbox WHERE bucket = ? AND task = ?")) {
      select.setInt(1, key.bucket());
      select.setBytes(2, key.task());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(InboxKind.values()[row.getInt(1)]) : Optional.empty();
      }
    }
  }
}
