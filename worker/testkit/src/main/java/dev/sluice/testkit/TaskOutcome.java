package dev.sluice.testkit;

import java.util.Objects;

/**
 * What became of one delivery of a task.
 *
 * @param kind what happened
 * @param attempt number of the attempt, from 1
 * @param detail the return value, the exception or the reason, as text; empty when there is none
 */
public record TaskOutcome(Kind kind, int attempt, String detail) {

  /** What can happen to a delivery. */
  public enum Kind {
    COMPLETED,
    RETRIED,
    SNOOZED,
    DEAD,
    EXPIRED,
    DISCARDED,
    REVOKED,
    DUPLICATE,
    GIVEN_BACK
  }

  public TaskOutcome {
    Objects.requireNonNull(kind);
  }
}
