package dev.sluice.scheduler;

/** What becomes of a firing whose job's firing before it has not ended. */
public enum OverlapPolicy {
  /** Its task is enqueued all the same; the default. */
  ALLOW,
  /** It enqueues nothing, and stands in the ledger as skipped. */
  SKIP,
  /** It waits in the ledger, and its task is enqueued when those before it have ended. */
  QUEUE
}
