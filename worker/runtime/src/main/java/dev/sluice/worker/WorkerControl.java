package dev.sluice.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an operator may ask of a running worker.
 *
 * <p>Threading: every method may be called by any thread.
 */
public interface WorkerControl {

  /** The worker's name, unique among all workers: {@code sluice@host-pid}. */
  String node();

  /** What the worker has done and how it is set up. */
  Stats stats();

  /** The attempts that run right now. */
  List<ActiveAttempt> active();

  /** Names of the task types that have a handler. */
  Set<String> registered();

  /**
   * Makes this worker refuse tasks that have not started.
   *
   * @param terminate whether attempts that run are interrupted
   */
  void revoke(Collection<String> ids, boolean terminate);

  /** Starts a drain and returns at once. */
  void shutdown();

  /**
   * A worker's figures.
   *
   * @param totals settled tasks by name of the task type
   * @param uptime time since the start
   * @param concurrency attempts that may run at a time, over all queues
   * @param prefetch unsettled deliveries that may be held, over all queues
   * @param queues the queues consumed, namespace included
   */
  record Stats(
      Map<String, Long> totals,
      Duration uptime,
      int concurrency,
      int prefetch,
      List<String> queues) {}

  /**
   * One attempt that runs.
   *
   * @param id task id
   * @param name name of the task type
   * @param args its arguments, for display
   * @param type name of the task type as registered
   * @param started when the attempt started
   * @param queue the queue it was delivered from, namespace included
   * @param redelivered whether the broker had handed the message over before
   */
  record ActiveAttempt(
      String id,
      String name,
      String args,
      String type,
      Instant started,
      String queue,
      boolean redelivered) {}
}
