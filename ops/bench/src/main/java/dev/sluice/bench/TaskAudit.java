package dev.sluice.bench;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes everything from a queue and holds it against the tasks that were accepted, by their ids.
 *
 * <p>Threading: {@link #arrived} is called by the consumer's thread, the rest by the auditor's.
 */
final class TaskAudit {
  private static final int PREFETCH = 2000;
  private static final long POLL_NANOS = 20_000_000;
  // Long enough for a copy that is still on its way.
  private static final long QUIET_NANOS = 300_000_000;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final Set<String> accepted;
  private final Set<String> found = new HashSet<>();
  private final AtomicLong missing;
  private volatile long lastArrival = System.nanoTime();
  private long doubled;
  private long unexpected;

  private TaskAudit(Set<String> accepted) {
    this.accepted = accepted;
    missing = new AtomicLong(accepted.size());
  }

  /**
   * What was found.
   *
   * @param lost accepted and not there
   * @param doubled copies beyond one for a task
   * @param unexpected there, but nobody was told that they were accepted
   */
  record Verdict(long lost, long doubled, long unexpected) {
    /** Of what keeps no tasks. */
    static final Verdict NOTHING = new Verdict(0, 0, 0);

    /** The same with more that were accepted and are not there. */
    Verdict withLost(long more) {
      return new Verdict(lost + more, doubled, unexpected);
    }
  }

  /** Empties {@code queue} and deletes it; waits thirty seconds for a task that does not arrive. */
  static Verdict of(String url, String queue, Set<String> accepted) throws Exception {
    TaskAudit audit = new TaskAudit(accepted);
    if (!isThere(url, queue)) {
      return audit.verdict();
    }
    audit.lastArrival = System.nanoTime();
    try (RawClient client = new RawClient(url)) {
      String tag = client.takeAll(queue, PREFETCH, audit::arrived);
      while (System.nanoTime() - audit.lastArrival
          < (audit.missing.get() == 0 ? QUIET_NANOS : PATIENCE_NANOS)) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      client.cancel(tag);
      client.delete(queue);
    }
    return audit.verdict();
  }

  /** A relay declares the queue before its first message. */
  private static boolean isThere(String url, String queue) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try (RawClient client = new RawClient(url)) {
        if (client.exists(queue)) {
          return true;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private synchronized void arrived(String taskId) {
    lastArrival = System.nanoTime();
    if (!found.add(taskId)) {
      doubled++;
    } else if (accepted.contains(taskId)) {
      missing.decrementAndGet();
    } else {
      unexpected++;
    }
  }

  private synchronized Verdict verdict() {
    return new Verdict(missing.get(), doubled, unexpected);
  }
}
