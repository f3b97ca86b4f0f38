package dev.sluice.worker.inbox;

/** Why a task has an inbox row. */
public enum InboxKind {
  DONE,
  REVOKED,
  DISCARDED
}
