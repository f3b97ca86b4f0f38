package dev.sluice.worker.dead;

import dev.sluice.worker.inbox.InboxKind;
import org.jspecify.annotations.Nullable;

/** What an inbox row means for a dead task with the same id. */
final class DeadInbox {
  private DeadInbox() {}

  /** The state of the entry; an id that is not in the inbox is simply dead. */
  static DeadState stateFor(@Nullable InboxKind kind) {
    if (kind == null) {
      return DeadState.DEAD;
    }
    return switch (kind) {
      case DONE -> DeadState.APPLIED;
      case REVOKED, DISCARDED -> DeadState.DISCARDED;
    };
  }

  /** Why nothing is left to do, for a person. */
  static String reason(InboxKind kind) {
    return switch (kind) {
      case DONE -> "applied after all";
      case REVOKED -> "revoked";
      case DISCARDED -> "discarded";
    };
  }

  /** The detail of an entry whose task is in the inbox. */
  static String detail(InboxKind kind, String reason, String detail) {
    String text = reason(kind) + "; was " + reason + ": " + detail;
    return text.substring(0, Math.min(text.length(), DeadLetter.DETAIL_LENGTH));
  }
}
