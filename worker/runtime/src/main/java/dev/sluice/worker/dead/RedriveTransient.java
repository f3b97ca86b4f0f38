package dev.sluice.worker.dead;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.SQLException;
import java.util.Map;

/**
 * The retry job's handler: sends dead tasks back whose cause was transient, each a bounded number
 * of times, at growing intervals and at a rate. What is poison, malformed or expired it never
 * touches. A second run finds only what the first one left.
 */
public final class RedriveTransient implements TaskHandler<RedriveTransient.Payload> {
  /** Enqueued by the scheduler. */
  public static final TaskType<Payload> TYPE =
      TaskType.of("sluice.redrive_transient", Payload.class).queue("maintenance");

  private final DeadTasks deadTasks;

  /**
   * What to send back. A component that is missing or 0 has its default.
   *
   * @param limit tasks sent back at most; default 1000
   * @param ratePerSecond tasks per second; default 10
   * @param maxAutoRedrives tries for each task in a row, at most 20; default 3
   * @param minAge seconds between a task's death and the first try, doubled with each further one;
   *     default 300
   */
  public record Payload(int limit, int ratePerSecond, int maxAutoRedrives, long minAge) {
    private static final int MOST_TRIES = 20;

    public Payload {
      limit = orDefault("limit", limit, 1000);
      ratePerSecond = orDefault("ratePerSecond", ratePerSecond, 10);
      maxAutoRedrives = orDefault("maxAutoRedrives", maxAutoRedrives, 3);
      minAge = orDefault("minAge", Math.toIntExact(minAge), 300);
      if (maxAutoRedrives > MOST_TRIES) {
        throw new IllegalArgumentException(
            "maxAutoRedrives must be at most " + MOST_TRIES + ", is " + maxAutoRedrives);
      }
    }

    private static int orDefault(String name, int value, int absent) {
      if (value < 0) {
        throw new IllegalArgumentException(name + " must not be negative, is " + value);
      }
      return value == 0 ? absent : value;
    }
  }

  public RedriveTransient(DeadTasks deadTasks) {
    this.deadTasks = deadTasks;
  }

  @Override
  public Outcome handle(Payload payload, TaskContext task) throws SQLException {
    DeadReport report = deadTasks.redriveTransient(payload);
    return Outcome.completed(Map.of("redriven", report.done(), "refused", report.refused().size()));
  }
}
