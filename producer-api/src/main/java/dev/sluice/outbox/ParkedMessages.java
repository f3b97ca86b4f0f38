package dev.sluice.outbox;

import dev.sluice.message.MalformedMessage;
import dev.sluice.message.MessageBytes;
import dev.sluice.message.MessageCodec;
import dev.sluice.message.TaskMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The messages of an outbox that were set aside: they stay there until somebody releases or drops
 * them.
 *
 * <p>Threading: safe for use by any number of threads and processes.
 */
public final class ParkedMessages {
  // The index finds them by their time alone.
  private static final String PARKED =
      " WHERE not_before = '" + OutboxRows.NEVER + "' AND parked_reason IS NOT NULL";
  private static final String SELECT =
      "SELECT id, queue, message, parked_reason, failing_since FROM sluice_outbox" + PARKED;
  private static final String LIST = SELECT + " ORDER BY id LIMIT ?";
  private static final String FIND = SELECT + " AND id = ? FOR UPDATE";
  private static final String RELEASE =
      "UPDATE sluice_outbox SET not_before = ?, failures = 0, strikes = 0, failing_since = NULL,"
          + " parked_reason = NULL, sweeps = 0"
          + PARKED
          + " AND id = ?";
  private static final String DELETE = "DELETE FROM sluice_outbox WHERE id = ?";

  private final DataSource dataSource;

  public ParkedMessages(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The first ones written, at most {@code limit}. */
  public List<ParkedMessage> list(int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(LIST)) {
      select.setInt(1, limit);
      return read(select);
    }
  }

  /**
   * Lets a relay try them again, as if they had never failed.
   *
   * @param ids numbers of rows
   * @return those that were released; the others are not set aside
   */
  public List<Long> release(Collection<Long> ids) throws SQLException {
    List<Long> released = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(RELEASE)) {
      update.setString(1, SqlTimes.text(Outbox.ALWAYS));
      for (long id : new TreeSet<>(ids)) {
        update.setLong(2, id);
        if (update.executeUpdate() == 1) {
          released.add(id);
        }
      }
    }
    return released;
  }

  /**
   * Takes a message out of the outbox, in the caller's transaction.
   *
   * @return what it was; empty when no such row is set aside
   */
  public static Optional<ParkedMessage> remove(Connection connection, long id) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND);
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      find.setLong(1, id);
      List<ParkedMessage> found = read(find);
      delete.setLong(1, id);
      if (found.isEmpty() || delete.executeUpdate() == 0) {
        return Optional.empty();
      }
      return Optional.of(found.get(0));
    }
  }

  private static List<ParkedMessage> read(PreparedStatement select) throws SQLException {
    List<ParkedMessage> messages = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        TaskMessage task = task(row.getBytes("message"));
        messages.add(
            new ParkedMessage(
                row.getLong("id"),
                task == null ? null : task.id(),
                task == null ? null : task.task(),
                Objects.requireNonNull(row.getString("queue")),
                Objects.requireNonNull(row.getString("parked_reason")),
                SqlTimes.read(row, "failing_since")));
      }
    }
    return messages;
  }

  private static @Nullable TaskMessage task(byte[] message) {
    try {
      return MessageCodec.decode(MessageBytes.read(message));
    } catch (MalformedMessage | IllegalArgumentException e) {
      return null;
    }
  }
}
