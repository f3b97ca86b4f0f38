package dev.sluice.worker.dead;

import dev.sluice.outbox.ParkedMessage;
import dev.sluice.outbox.ParkedMessages;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Drops messages for good that the outbox has set aside: the row goes and the inbox row of the task
 * comes in one transaction, so that no copy of the task is ever applied.
 *
 * <p>Threading: safe for use by any number of threads and processes.
 */
public final class ParkedDiscard {
  private final DataSource dataSource;
  private final Inbox inbox;
  private final OtherInboxes others;

  /**
   * Drops messages of one outbox.
   *
   * @param others the other databases that tasks write to
   */
  public ParkedDiscard(DataSource dataSource, Collection<DataSource> others, InstantSource clock) {
    this.dataSource = dataSource;
    inbox = new Inbox(clock);
    this.others = new OtherInboxes(others, inbox);
  }

  /**
   * Drops messages.
   *
   * @param ids numbers of their rows in the outbox
   * @return those that were dropped; the others are not set aside
   */
  public List<Long> discard(Collection<Long> ids) throws SQLException {
    List<Long> dropped = new ArrayList<>();
    for (long id : new TreeSet<>(ids)) {
      if (Transaction.run(dataSource, connection -> drop(connection, id))) {
        dropped.add(id);
      }
    }
    return dropped;
  }

  private boolean drop(Connection connection, long id) throws SQLException {
    Optional<ParkedMessage> message = ParkedMessages.remove(connection, id);
    if (message.isPresent() && message.get().taskId() != null) {
      // A task that has its row already was applied or dropped by way of a copy.
      others.discard(message.get().taskId());
      inbox.insert(connection, InboxKey.of(message.get().taskId()), InboxKind.DISCARDED, null);
    }
    return message.isPresent();
  }
}
