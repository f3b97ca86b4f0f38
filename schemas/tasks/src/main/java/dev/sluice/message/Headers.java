package dev.sluice.message;

import java.util.Set;

/**
 * Names of message headers. Those that start with {@code sluice-} are ours; Celery ignores them.
 */
public final class Headers {
  // Celery's, set by the producer and kept through retries unless said otherwise.

  /** Name of the task type. Its presence makes a message one of protocol 2. */
  public static final String TASK = "task";

  /** Task id, chosen once by the producer. */
  public static final String ID = "id";

  /** Language of the producer; never interpreted. */
  public static final String LANG = "lang";

  /** ISO-8601 time before which the task must not start; changed by a retry. */
  public static final String ETA = "eta";

  /** ISO-8601 time after which the task must not start. */
  public static final String EXPIRES = "expires";

  /** Attempts that failed so far: 0 at first, raised by the worker at each retry. */
  public static final String RETRIES = "retries";

  /** A list of two, hard and soft limit in seconds, each a number or null. */
  public static final String TIMELIMIT = "timelimit";

  /** Id of the task at the root of a tree of tasks. */
  public static final String ROOT_ID = "root_id";

  /** Id of the task that enqueued this one. */
  public static final String PARENT_ID = "parent_id";

  /** Whether nobody wants the result. */
  public static final String IGNORE_RESULT = "ignore_result";

  /** Process and host that enqueued the task. */
  public static final String ORIGIN = "origin";

  /** How the body is compressed; absent when it is not. */
  public static final String COMPRESSION = "compression";

  // Ours.

  /** Version of the payload, at least 1; absent means 1. Set by the producer. */
  public static final String VERSION = "sluice-version";

  /** When the first attempt started, ISO-8601. Set by the worker at the first retry. */
  public static final String FIRST_ATTEMPT = "sluice-first-attempt";

  /** The eta that the delay ladder has already waited for. Set when a message enters the ladder. */
  public static final String WAITED = "sluice-waited";

  /** How often an operator or the retry job sent the task back. Absent means 0. */
  public static final String REDRIVES = "sluice-redrives";

  /**
   * Since when no worker has known the task, ISO-8601. Set by a worker without a handler for it;
   * removed by the next retry.
   */
  public static final String UNKNOWN_SINCE = "sluice-unknown-since";

  /**
   * How often in a row the task was put off because a database or broker was away. Removed by the
   * next retry. Absent means 0.
   */
  public static final String SNOOZES = "sluice-snoozes";

  /**
   * True when the task is applied in no batch with others: one that it was part of ran into its
   * time limit. Set by the worker; absent means false.
   */
  public static final String ALONE = "sluice-alone";

  /**
   * The firing of a periodic job that enqueued the task: {@code JOB@INSTANT}. Set by the scheduler;
   * whoever settles the task writes its outcome into the ledger of firings.
   */
  public static final String FIRING = "sluice-firing";

  /**
   * Key of which one task at a time is wanted. Set by the producer; whoever settles the task
   * releases it.
   */
  public static final String EXCLUSIVE = "sluice-exclusive";

  /**
   * Which in the row of tasks that replaced each other under {@link #EXCLUSIVE} this one is: only
   * the latest takes effect. Set by the producer; absent where the newcomer is dropped instead.
   */
  public static final String GENERATION = "sluice-generation";

  /** Key of the limits per key that a worker holds the task to. Set by the producer. */
  public static final String LIMIT_KEY = "sluice-limit-key";

  /**
   * Key of the tasks that run one at a time in the order of their enqueueing. Set by the producer.
   */
  public static final String ORDER_KEY = "sluice-order-key";

  /** Queue that a dead or unrouted message came from. Set when it is sent to the dead queue. */
  public static final String DEAD_QUEUE = "sluice-dead-queue";

  /** Why a task is dead, for a program: a {@code DeadReason} name. */
  public static final String DEAD_REASON = "sluice-dead-reason";

  /** Why a task is dead, for a person. */
  public static final String DEAD_DETAIL = "sluice-dead-detail";

  /** Class name of the last exception. */
  public static final String DEAD_EXCEPTION = "sluice-dead-exception";

  /** Stack trace of the last exception, clipped. */
  public static final String DEAD_STACK = "sluice-dead-stack";

  /** Attempts that the task has had. */
  public static final String DEAD_ATTEMPTS = "sluice-dead-attempts";

  /** Worker that gave the task up. */
  public static final String DEAD_WORKER = "sluice-dead-worker";

  /** When the task became dead, ISO-8601. */
  public static final String DEAD_AT = "sluice-dead-at";

  private static final Set<String> BROKER =
      Set.of(
          "x-death",
          "x-first-death-exchange",
          "x-first-death-queue",
          "x-first-death-reason",
          "x-last-death-exchange",
          "x-last-death-queue",
          "x-last-death-reason",
          "x-delivery-count",
          "x-acquired-count");

  private Headers() {}

  /** Whether a broker, not a producer, adds this header. */
  public static boolean addedByBroker(String header) {
    // Asked of every header of every message: most are not worth a look-up.
    return header.startsWith("x-") && BROKER.contains(header);
  }

  /** Whether the header says why a task is dead; a redrive removes it. */
  public static boolean aboutDeath(String header) {
    return header.startsWith("sluice-dead-");
  }
}
