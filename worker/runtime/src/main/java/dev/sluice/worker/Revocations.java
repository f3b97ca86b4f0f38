package dev.sluice.worker;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Task ids that were revoked: a bounded number in memory, known at once, and all of them in the
 * inbox of each database, where {@link RevocationWriter} writes them.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Revocations {
  private static final int REMEMBERED = 50_000;

  private final @Nullable DataSource dataSource;
  private final Inbox inbox;
  private volatile boolean any;

  // Guarded by itself; the oldest id is forgotten first.
  private final Map<String, Boolean> remembered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  Revocations(@Nullable DataSource dataSource, Inbox inbox) {
    this.dataSource = dataSource;
    this.inbox = inbox;
  }

  void add(Collection<String> ids) {
    synchronized (remembered) {
      ids.forEach(id -> remembered.put(id, true));
    }
    any = true;
  }

  /**
   * Whether the task was revoked.
   *
   * @param askInbox whether to look into the inbox as well, if there is one
   */
  boolean isRevoked(String id, boolean askInbox) throws SQLException {
    if (any) {
      synchronized (remembered) {
        if (remembered.containsKey(id)) {
          return true;
        }
      }
    }
    if (!askInbox || dataSource == null) {
      return false;
    }
    try (Connection connection = dataSource.getConnection()) {
      // A plain handler's task has no row of its own: any row means that it must not run.
      return inbox.find(connection, InboxKey.of(id)).isPresent();
    }
  }

  /** A plain handler dropped its task for good: no copy may rise again. */
  void discarded(String id) throws SQLException {
    if (dataSource != null) {
      try (Connection connection = dataSource.getConnection()) {
        inbox.insert(connection, InboxKey.of(id), InboxKind.DISCARDED, null);
      }
    }
  }
}
