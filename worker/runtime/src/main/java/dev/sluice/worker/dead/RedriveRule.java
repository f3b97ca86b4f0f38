package dev.sluice.worker.dead;

import dev.sluice.message.DeadReason;
import dev.sluice.worker.inbox.Inbox;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides whether an entry may be sent back, as far as the entry itself tells. Pure. */
final class RedriveRule {
  private RedriveRule() {}

  /** Why it may not be sent back; null when it may. */
  static @Nullable String refusal(DeadTask task, Instant now) {
    String settled = settled(task);
    if (settled != null) {
      return settled;
    }
    if (!redrivable(task.reason())) {
      return task.reason() + " is never sent back; enqueue the task anew if it is still wanted";
    }
    if (task.clipped()) {
      return "its message was too big to be kept whole; enqueue the task anew";
    }
    if (task.queue().isEmpty()) {
      return "nobody knows which queue it came from; enqueue the task anew";
    }
    if (olderThanInbox(task, now)) {
      return "it is older than the "
          + Inbox.RETENTION.toDays()
          + " days that the inbox remembers, so a second effect could not be refused; enqueue the"
          + " task anew";
    }
    return null;
  }

  /** Why nothing is left to decide; null for an entry that waits. */
  static @Nullable String settled(DeadTask task) {
    return switch (task.state()) {
      case DEAD -> null;
      case REDRIVEN -> "already redriven at " + task.stateAt();
      case DISCARDED -> "already discarded at " + task.stateAt();
      case APPLIED -> "applied after all, found at " + task.stateAt();
    };
  }

  private static boolean redrivable(String reason) {
    for (DeadReason known : DeadReason.values()) {
      if (known.name().equals(reason)) {
        return known.redrivable();
      }
    }
    // Written by a newer release.
    return false;
  }

  /** An id without a time may be in the inbox since the task died, or a little longer. */
  private static boolean olderThanInbox(DeadTask task, Instant now) {
    return task.deadAt().isBefore(now.minus(Inbox.RETENTION))
        || task.taskId() != null && Inbox.tooOld(task.taskId(), now);
  }
}
