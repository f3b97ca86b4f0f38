package dev.sluice.worker.control;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import javax.sql.DataSource;

/**
 * Keeps revocations in the inbox, where they meet the effects: whoever commits first wins, and no
 * copy of a revoked task is ever applied.
 */
final class InboxRevocations implements Revocations {
  private final DataSource dataSource;
  private final Inbox inbox;

  InboxRevocations(DataSource dataSource, Inbox inbox) {
    this.dataSource = dataSource;
    this.inbox = inbox;
  }

  /** A task that is done or discarded already stays so. */
  @Override
  public void record(Collection<String> ids) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      // Each for itself: every worker gets the same request, and one that waits for another's row
      // must hold none.
      for (String id : ids) {
        inbox.insert(connection, InboxKey.of(id), InboxKind.REVOKED, null);
      }
    }
  }
}
