package dev.sluice.message;

/** Why a task is dead, or why a message is no task. Its name stands in a header and in a column. */
public enum DeadReason {
  /** Every attempt failed, or the time budget is used up. */
  RETRIES_EXHAUSTED(true),
  /** The handler said that it will never succeed. */
  REJECTED(true),
  /** No worker had a handler for the task for ten minutes. */
  UNKNOWN_TASK(true),
  /** No worker understood the payload's version for ten minutes. */
  NEWER_PAYLOAD(true),
  /** The message is no task: wrong headers, or a body that is not JSON. */
  MALFORMED(true),
  /** The payload breaks its JSON Schema or does not fit the payload record. */
  SCHEMA_VIOLATION(true),
  /** The body is over the limit; it was not decoded. */
  TOO_LARGE(true),
  /** The worker died each time while it ran the task. */
  WORKER_LOST(true),
  /** Its queue no longer exists. */
  UNROUTED(true),
  /** Its latest start has passed. */
  EXPIRED(false),
  /** The id is older than the inbox remembers: a second effect could not be refused. */
  TOO_OLD(false);

  private final boolean redrivable;

  DeadReason(boolean redrivable) {
    this.redrivable = redrivable;
  }

  /** Whether an operator may send such a task back. */
  public boolean redrivable() {
    return redrivable;
  }
}
