package dev.sluice.scheduler;

/**
 * What becomes of firings that were missed by more than a minute, by downtime or overload. Nothing
 * is made up for that was due before the job was made, changed when it is due, enabled or resumed.
 */
public enum MisfirePolicy {
  /** One firing for all that were missed, with the newest instant of them; the default. */
  ONCE,
  /** None: the job waits until it is due again. */
  SKIP,
  /** Each of them, oldest first, with its own instant. */
  ALL
}
