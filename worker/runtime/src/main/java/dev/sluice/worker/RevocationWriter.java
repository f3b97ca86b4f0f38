package dev.sluice.worker;

import dev.sluice.loop.Loop;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;

/**
 * Writes revoked ids to the inbox of one database, and tries again while that is away.
 *
 * <p>Threading: {@link #runOnce} by one thread, the rest by any.
 */
final class RevocationWriter implements Loop {
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final DataSource dataSource;
  private final Inbox inbox;
  private final Queue<String> toWrite = new ConcurrentLinkedQueue<>();

  RevocationWriter(DataSource dataSource, Inbox inbox) {
    this.dataSource = dataSource;
    this.inbox = inbox;
  }

  void add(Collection<String> ids) {
    toWrite.addAll(ids);
  }

  @Override
  public Duration runOnce() throws SQLException {
    String id;
    while ((id = toWrite.peek()) != null) {
      try (Connection connection = dataSource.getConnection()) {
        // A row that exists is left as it is: who commits first wins.
        inbox.insert(connection, InboxKey.of(id), InboxKind.REVOKED, null);
      }
      toWrite.remove();
    }
    return IDLE;
  }
}
