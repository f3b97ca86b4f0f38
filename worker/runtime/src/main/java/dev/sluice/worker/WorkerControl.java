package dev.sluice.worker;

import dev.sluice.worker.governor.Governor;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may ask of a running worker, and tell it.
 *
 * <p>Threading: every method may be called by any thread and returns at once.
 */
public interface WorkerControl {

  /** The worker's name, {@code sluice@host-pid} unless configured. */
  String node();

  /** Counters and sizes, as they are now. */
  Stats stats();

  /** Attempts that are running now. */
  List<Running> active();

  /** Names of the task types that have a handler, former names included. */
  Set<String> registered();

  /** Name of the task type that a task's name, perhaps a former one, belongs to; null for none. */
  @Nullable String taskType(String taskName);

  /** Names of its databases. */
  Set<String> databases();

  /** What bounds its load: tells of limits, and changes them. */
  Governor governor();

  /**
   * Drops tasks that have not been completed, wherever their messages are. With a database the ids
   * go into the inbox, so that no copy can rise again; without one this worker alone remembers
   * them, 50,000 at most.
   *
   * @param terminate whether attempts that are running here are interrupted
   */
  void revoke(Collection<String> ids, boolean terminate);

  /** Asks the worker to drain and stop, within its shutdown deadline. */
  void shutdown();

  /**
   * A worker's counters and sizes.
   *
   * @param uptime since its start
   * @param completed tasks completed since its start, by task name
   * @param failed attempts that failed since its start, by task name
   * @param queues what it consumes, by the queue's name on the broker
   */
  record Stats(
      Duration uptime,
      Map<String, Long> completed,
      Map<String, Long> failed,
      Map<String, Queue> queues) {}

  /**
   * A queue as this worker consumes it.
   *
   * @param concurrency attempts that may run at a time
   * @param prefetch deliveries that it may hold
   * @param running attempts that run now
   * @param waiting deliveries held and not started
   * @param consuming whether the broker is delivering to it
   */
  record Queue(int concurrency, int prefetch, int running, int waiting, boolean consuming) {}

  /**
   * An attempt that is running.
   *
   * @param id task id
   * @param name name of the task type
   * @param args positional arguments as JSON, clipped to 1,000 characters
   * @param kwargs named arguments as JSON, clipped to 1,000 characters
   * @param attempt number of the attempt, from 1
   * @param started when it started
   * @param queue its queue, namespace included, also where it came from a partition of that
   * @param redelivered whether the broker had handed the message over before
   */
  record Running(
      String id,
      String name,
      String args,
      String kwargs,
      int attempt,
      Instant started,
      String queue,
      boolean redelivered) {}
}
