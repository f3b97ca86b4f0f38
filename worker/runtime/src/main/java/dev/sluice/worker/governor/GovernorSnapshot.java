package dev.sluice.worker.governor;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a governor holds to, and what runs and waits, at one moment.
 *
 * @param concurrency attempts that may run at a time in this worker; null for no limit
 * @param running attempts that run, or batches
 * @param queues by the queue's name on the broker
 * @param types by name of the task type; those that were asked for or have limits
 * @param databases by their names in the configuration
 * @param sharing how limits across workers are kept
 */
public record GovernorSnapshot(
    @Nullable Integer concurrency,
    int running,
    Map<String, Queue> queues,
    Map<String, Type> types,
    Map<String, DatabaseSnapshot> databases,
    Sharing sharing) {

  public GovernorSnapshot {
    queues = sorted(queues);
    types = sorted(types);
    databases = sorted(databases);
  }

  /**
   * A queue.
   *
   * @param concurrency attempts that may run at a time
   * @param weight its share of the worker's concurrency
   * @param running attempts that run, or batches
   * @param waiting those that wait for the queue's share of the worker's concurrency
   * @param slo null when it promises nothing
   */
  public record Queue(int concurrency, int weight, int running, int waiting, @Nullable Slo slo) {}

  /**
   * What a queue promises and keeps, since the worker's start.
   *
   * @param target within this a task should start, from when it was due
   * @param started tasks that started
   * @param within those of them that started in time
   */
  public record Slo(Duration target, long started, long within) {

    /** The share that started in time, 0 to 1; 1 when none has started. */
    public double attainment() {
      return started == 0 ? 1 : (double) within / started;
    }
  }

  /**
   * A task type.
   *
   * @param limits what it is held to
   * @param running attempts that run here, or batches
   * @param waiting those that wait here for its limits
   * @param started tasks that got a permit here since the worker's start
   * @param runningEverywhere those that run in all workers, some seconds ago; null when it has no
   *     such limit
   */
  public record Type(
      TypeLimits limits,
      int running,
      int waiting,
      long started,
      @Nullable Integer runningEverywhere) {}

  /**
   * How limits across workers are kept.
   *
   * @param redis whether there is a Redis for them
   * @param away whether it cannot be asked: this worker holds to its part
   * @param workers how many workers share the limits
   */
  public record Sharing(boolean redis, boolean away, int workers) {}

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
