package dev.sluice.worker.retention;

import dev.sluice.worker.inbox.Inbox;
import java.time.Duration;

/**
 * How long Sluice keeps what it wrote to its own tables. The inbox is not among them: how long it
 * remembers is part of what it promises.
 *
 * @param firings the ledger of firings; default 90 days
 * @param deadTasks dead tasks that wait for somebody; default 90 days
 * @param settledDeadTasks those that were redriven, discarded or applied after all, from then on;
 *     default 30 days, as long as the inbox remembers, and never shorter: from them is known how
 *     often a task was redriven
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
    atLeast("counterCorrections", counterCorrections);
    if (settledDeadTasks.compareTo(Inbox.RETENTION) < 0) {
      throw new IllegalArgumentException(
          ("settledDeadTasks must be at least %d days, is %s: from them is known how often a task"
                  + " was redriven, and redrives without an end must not be")
              .formatted(Inbox.RETENTION.toDays(), settledDeadTasks));
    }
  }

  private static void atLeast(String name, Duration keep) {
    if (keep.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(name + " must be at least an hour, is " + keep);
    }
  }
}
