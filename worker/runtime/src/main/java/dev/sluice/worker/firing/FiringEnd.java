package dev.sluice.worker.firing;

import java.time.Duration;
import java.time.Instant;

/**
 * How a firing ended.
 *
 * @param state what became of its task
 * @param at when
 * @param duration how long its task's last attempt ran, or the long task that it started
 */
public record FiringEnd(State state, Instant at, Duration duration) {

  /** What may become of a firing's task; in lower case it stands in the column {@code state}. */
  public enum State {
    /** Its work is done. */
    COMPLETED,
    /** It will not be tried again by itself. */
    DEAD,
    /** It had to start before it did. */
    EXPIRED,
    /** Dropped for good by its handler, or its long task was cancelled. */
    DISCARDED,
    /** Called off by an operator. */
    REVOKED
  }
}
