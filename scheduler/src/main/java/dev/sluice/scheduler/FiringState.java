package dev.sluice.scheduler;

import java.util.Locale;

/** How far a firing has come, or what became of its task. */
public enum FiringState {
  /** It waits for the firing of its job before it to end. */
  QUEUED,
  /** Its task is enqueued; no outcome was told yet. */
  ENQUEUED,
  /** It enqueued nothing: the firing before it had not ended. */
  SKIPPED,
  /** It was enqueued by a release that kept no outcomes. */
  UNKNOWN,
  /** Its task did what it is for. */
  COMPLETED,
  /** Its task will not be tried again by itself. */
  DEAD,
  /** Its task was not started in time. */
  EXPIRED,
  /** Its task was dropped on purpose; or it was queued when its job was removed. */
  DISCARDED,
  /** Its task was revoked. */
  REVOKED;

  /** As the ledger writes it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static FiringState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
