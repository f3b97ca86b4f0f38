package dev.sluice.worker.dead;

import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drops entries for good, in the caller's transaction: the entry's new state and the task's inbox
 * row commit together, so that no copy of the task can rise again.
 */
final class Discard {
  private final Connection connection;
  private final Inbox inbox;
  private final OtherInboxes others;
  private final Instant now;

  Discard(Connection connection, Inbox inbox, OtherInboxes others, InstantSource clock) {
    this.connection = connection;
    this.inbox = inbox;
    this.others = others;
    now = clock.instant();
  }

  /**
   * Drops entries.
   *
   * @param ids numbers of entries, in ascending order
   */
  DeadReport run(List<Long> ids) throws SQLException {
    int done = 0;
    List<DeadTask> tasks = DeadTaskTable.byId(connection, ids);
    List<DeadReport.Refusal> refused = new ArrayList<>(DeadReport.missing(ids, tasks));
    for (DeadTask task : tasks) {
      String refusal = RedriveRule.settled(task);
      if (refusal == null) {
        refusal = drop(task);
      }
      if (refusal == null) {
        done++;
      } else {
        refused.add(new DeadReport.Refusal(task.id(), refusal));
      }
    }
    return new DeadReport(done, refused);
  }

  private @Nullable String drop(DeadTask task) throws SQLException {
    if (!DeadTaskTable.settle(
        connection, task, DeadState.DISCARDED, task.detail(), task.autoRedrives(), now)) {
      return "somebody else dealt with it just now";
    }
    // Bytes that are no task have no id, and no copies.
    if (task.taskId() == null) {
      return null;
    }
    InboxKey key = InboxKey.of(task.taskId());
    boolean applied = others.discard(task.taskId());
    if (!applied
        && (inbox.insert(connection, key, InboxKind.DISCARDED, null)
            || inbox.find(connection, key).filter(InboxKind.DONE::equals).isEmpty())) {
      return null;
    }
    DeadTaskTable.correct(
        connection,
        task.id(),
        DeadState.APPLIED,
        DeadInbox.detail(InboxKind.DONE, task.reason(), task.detail()));
    return "applied after all: its id is in the inbox";
  }
}
