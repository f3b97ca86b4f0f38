package dev.sluice.scheduler;

/** What becomes of firings that were missed by more than a minute, by downtime or overload. */
public enum MisfirePolicy {
  /** One firing for all that were missed, with the newest instant of them; the default. */
  ONCE,
  /** None: the job waits until it is due again. */
  SKIP
}
