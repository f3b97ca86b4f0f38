package dev.sluice.worker.inbox;

/** Why a task must not be applied any more. The order is that of the numbers in the table. */
public enum InboxKind {
  /** Its effect is committed. */
  DONE,
  /** An operator dropped it before it was applied. */
  REVOKED,
  /** Its handler, or an operator, dropped it for good. */
  DISCARDED
}
