package dev.sluice.worker.governor;

/** Whether a database is worked with. */
public enum BreakerState {
  /** All is well. */
  CLOSED,
  /** It is away: its queues are paused, and it is probed. */
  OPEN,
  /** It is back, and gets more to do step by step. */
  RAMPING
}
