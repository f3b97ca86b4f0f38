package dev.sluice.worker.dead;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.message.Message;
import dev.sluice.outbox.Outbox;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends entries back, in the caller's transaction: the entry's new state and the message's outbox
 * row commit together. Of two redrives at the same time one moves the entry, the other one is
 * refused.
 */
final class Redrive {
  private static final int MOST_BYTES_IN_MEMORY = 2 << 20;

  private final Connection connection;
  private final Outbox outbox;
  private final RedriveKeys keys;
  private final Pace pace;
  private final boolean automatic;
  private final Instant now;
  private final List<RoutedMessage> pending = new ArrayList<>();
  private final List<DeadReport.Refusal> refused = new ArrayList<>();
  private int pendingBytes;
  private int done;

  /**
   * @param automatic whether the retry job asks, which counts its tries; an operator starts the
   *     count anew
   */
  Redrive(
      Connection connection,
      Outbox outbox,
      RedriveKeys keys,
      Pace pace,
      boolean automatic,
      InstantSource clock) {
    this.connection = connection;
    this.outbox = outbox;
    this.keys = keys;
    this.pace = pace;
    this.automatic = automatic;
    now = clock.instant();
  }

  /**
   * Sends entries back.
   *
   * @param ids numbers of entries, in ascending order, so that two redrives cannot deadlock
   */
  DeadReport run(List<Long> ids) throws SQLException {
    List<DeadTask> tasks = DeadTaskTable.byId(connection, ids);
    refused.addAll(DeadReport.missing(ids, tasks));
    Map<InboxKey, InboxKind> inbox = InboxKinds.find(connection, keysOf(tasks));
    for (DeadTask task : tasks) {
      InboxKind kind = task.taskId() == null ? null : inbox.get(InboxKey.of(task.taskId()));
      String refusal = RedriveRule.refusal(task, now);
      if (refusal == null) {
        refusal = kind == null ? sendBack(task) : close(task, kind);
      }
      if (refusal != null) {
        refused.add(new DeadReport.Refusal(task.id(), refusal));
      }
    }
    flush();
    return new DeadReport(done, refused);
  }

  private static List<InboxKey> keysOf(List<DeadTask> tasks) {
    return tasks.stream()
        .map(DeadTask::taskId)
        .filter(Objects::nonNull)
        .distinct()
        .map(InboxKey::of)
        .toList();
  }

  private @Nullable String sendBack(DeadTask task) throws SQLException {
    Message dead;
    try {
      dead = DeadTaskTable.message(connection, task.id()).orElse(null);
    } catch (IllegalArgumentException e) {
      return "its stored message is damaged: " + e.getMessage();
    }
    String held = dead == null ? null : keys.take(connection, task, dead);
    if (held != null) {
      return held;
    }
    int autoRedrives = automatic ? task.autoRedrives() + 1 : 0;
    if (dead == null
        || !DeadTaskTable.settle(
            connection, task, DeadState.REDRIVEN, task.detail(), autoRedrives, now)) {
      return "somebody else dealt with it just now";
    }
    Message message = RedrivenMessage.of(dead, task.redrives() + 1);
    pending.add(new RoutedMessage(task.queue(), pace.next(), message));
    pendingBytes += message.body().length;
    done++;
    if (pendingBytes > MOST_BYTES_IN_MEMORY) {
      flush();
    }
    return null;
  }

  /** Nothing is left to do for the task: another copy was applied, or it was called off. */
  private String close(DeadTask task, InboxKind kind) throws SQLException {
    DeadTaskTable.settle(
        connection,
        task,
        DeadInbox.stateFor(kind),
        DeadInbox.detail(kind, task.reason(), task.detail()),
        task.autoRedrives(),
        now);
    return DeadInbox.reason(kind) + ": its id is in the inbox";
  }

  private void flush() throws SQLException {
    if (!pending.isEmpty()) {
      outbox.insert(connection, pending);
      pending.clear();
      pendingBytes = 0;
    }
  }
}
