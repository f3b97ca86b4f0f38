package dev.sluice.worker.retention;

import java.time.Duration;

/**
 * How long Sluice keeps what it wrote to its own tables. The inbox is not among them: how long it
 * remembers is part of what it promises.
 *
 * @param firings the ledger of firings; default 90 days
 * @param deadTasks dead tasks that wait for somebody; default 90 days
 * @param settledDeadTasks those that were redriven, discarded or applied after all, from then on;
 *     default 30 days
 * @param counterCorrections what recounts corrected; default 90 days
 */
public record OwnRetention(
    Duration firings, Duration deadTasks, Duration settledDeadTasks, Duration counterCorrections) {
  private static final Duration SHORTEST = Duration.ofHours(1);

  /** 90 days, and 30 for dead tasks that are settled. */
  public static final OwnRetention DEFAULTS =
      new OwnRetention(
          Duration.ofDays(90), Duration.ofDays(90), Duration.ofDays(30), Duration.ofDays(90));

  public OwnRetention {
    atLeast("firings", firings);
    atLeast("deadTasks", deadTasks);
    atLeast("settledDeadTasks", settledDeadTasks);
    atLeast("counterCorrections", counterCorrections);
  }

  private static void atLeast(String name, Duration keep) {
    if (keep.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(name + " must be at least an hour, is " + keep);
    }
  }
}
