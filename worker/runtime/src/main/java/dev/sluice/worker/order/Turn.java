package dev.sluice.worker.order;

/** Whether it is a task's turn. */
public enum Turn {
  /** The key is free. */
  FREE,
  /** The task is the key's next: it holds the key until it is settled for good. */
  ITS_OWN,
  /** Another task holds the key; this one waits as a row now. */
  WAITS,
  /** Another worker's term has begun: nothing was written. */
  TERM_IS_OVER
}
