package dev.sluice.worker.dead;

/** What became of a dead task; its name stands in a column. */
public enum DeadState {
  /** Waits for an operator, or for the retry job. */
  DEAD,
  /** Was sent back. Dies it again, that is another entry. */
  REDRIVEN,
  /** Dropped for good, or its task was revoked. */
  DISCARDED,
  /** Its effect is committed: another copy of the task was applied after all. */
  APPLIED
}
