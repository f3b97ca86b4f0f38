package dev.sluice.worker.dead;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/**
 * The inboxes of the databases beside the one in which a task is dropped: nobody but its handler
 * knows which of them a copy of it would be applied in.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class OtherInboxes {
  private final List<DataSource> databases;
  private final Inbox inbox;

  OtherInboxes(Collection<DataSource> databases, Inbox inbox) {
    this.databases = List.copyOf(databases);
    this.inbox = inbox;
  }

  /**
   * Sees to it that no copy of a task is applied in any of them. What breaks off half-way may be
   * done again.
   *
   * @return whether it was applied in one of them before
   */
  boolean discard(String taskId) throws SQLException {
    InboxKey key = InboxKey.of(taskId);
    boolean applied = false;
    for (DataSource database : databases) {
      try (Connection connection = database.getConnection()) {
        applied |=
            !inbox.insert(connection, key, InboxKind.DISCARDED, null)
                && inbox.find(connection, key).filter(InboxKind.DONE::equals).isPresent();
      }
    }
    return applied;
  }
}
