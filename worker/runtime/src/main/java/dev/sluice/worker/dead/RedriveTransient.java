package dev.sluice.worker.dead;

import dev.sluice.task.TaskType;
import dev.sluice.worker.Outcome;
import dev.sluice.worker.TaskContext;
import dev.sluice.worker.TaskHandler;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
   * What to send back. A component that is missing, 0 or empty has its default. A cause is the name
   * of a {@code DeadReason}, or the class of the last exception or of one that caused it.
   *
   * @param limit tasks sent back at most; default 1000
   * @param ratePerSecond tasks per second; default 10
   * @param maxAutoRedrives tries for each task in a row, at most 20; default 3
   * @param minAge seconds between a task's death and the first try, doubled with each further one;
   *     default 300
   * @param tasks names of the task types to send back; default all
   * @param exceptTasks names of task types to leave alone; default none
   * @param causes what they died of; default everything that passes by itself
   * @param exceptCauses what those to leave alone died of; default none
   */
  public record Payload(
      int limit,
      int ratePerSecond,
      int maxAutoRedrives,
      long minAge,
      @Nullable List<String> tasks,
      @Nullable List<String> exceptTasks,
      @Nullable List<String> causes,
      @Nullable List<String> exceptCauses) {
    /** With every default. */
    public static final Payload DEFAULTS = new Payload(0, 0, 0, 0, null, null, null, null);

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
      tasks = copy(tasks);
      exceptTasks = copy(exceptTasks);
      causes = Causes.checked("causes", copy(causes));
      exceptCauses = Causes.checked("exceptCauses", copy(exceptCauses));
    }

    public Payload limit(int newLimit) {
      return new Payload(
          newLimit,
          ratePerSecond,
          maxAutoRedrives,
          minAge,
          tasks,
          exceptTasks,
          causes,
          exceptCauses);
    }

    public Payload ratePerSecond(int newRate) {
      return new Payload(
          limit, newRate, maxAutoRedrives, minAge, tasks, exceptTasks, causes, exceptCauses);
    }

    public Payload maxAutoRedrives(int newTries) {
      return new Payload(
          limit, ratePerSecond, newTries, minAge, tasks, exceptTasks, causes, exceptCauses);
    }

    public Payload minAge(long newSeconds) {
      return new Payload(
          limit,
          ratePerSecond,
          maxAutoRedrives,
          newSeconds,
          tasks,
          exceptTasks,
          causes,
          exceptCauses);
    }

    public Payload tasks(List<String> only, List<String> except) {
      return new Payload(
          limit, ratePerSecond, maxAutoRedrives, minAge, only, except, causes, exceptCauses);
    }

    public Payload causes(List<String> only, List<String> except) {
      return new Payload(
          limit, ratePerSecond, maxAutoRedrives, minAge, tasks, exceptTasks, only, except);
    }

    /** The condition in SQL of what it chooses by; {@code parameters} receives its values. */
    String where(List<Object> parameters) {
      return String.join(
          " AND ",
          Causes.ofTasks(tasks, parameters),
          Causes.notOfTasks(exceptTasks, parameters),
          Causes.diedOf(causes, parameters),
          Causes.notDiedOf(exceptCauses, parameters));
    }

    private static int orDefault(String name, int value, int absent) {
      if (value < 0) {
        throw new IllegalArgumentException(name + " must not be negative, is " + value);
      }
      return value == 0 ? absent : value;
    }

    private static List<String> copy(@Nullable List<String> given) {
      return given == null ? List.of() : List.copyOf(given);
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
