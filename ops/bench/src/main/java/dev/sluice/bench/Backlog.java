package dev.sluice.bench;

import dev.sluice.bench.effects.Effect;
import dev.sluice.bench.effects.EffectTables;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The numbers of the tasks that still wait in a queue whose worker has ended.
 *
 * <p>Threading: filled by the consumer's thread; read once it is cancelled.
 */
final class Backlog {
  private static final int PREFETCH = 2000;
  private static final long POLL_NANOS = 20_000_000;
  // Longer than a worker's unsettled deliveries take to be back.
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final BitSet numbers = new BitSet();
  private volatile long lastArrival = System.nanoTime();

  private Backlog() {}

  /** Empties the queue and deletes it. */
  static BitSet take(String url, String queue) throws Exception {
    Backlog backlog = new Backlog();
    try (RawClient client = new RawClient(url)) {
      String consumer = client.takeAll(queue, PREFETCH, backlog::arrived);
      while (System.nanoTime() - backlog.lastArrival < QUIET_NANOS) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      client.cancel(consumer);
      client.delete(queue);
    }
    synchronized (backlog) {
      return backlog.numbers;
    }
  }

  /**
   * Holds what waits and what was written against what was accepted. A task of which some rows are
   * missing is lost.
   *
   * @param accepted tasks, numbered from 0
   * @param lines rows that each leaves
   */
  static TaskAudit.Verdict audit(EffectTables tables, BitSet waiting, long accepted, int lines)
      throws Exception {
    BitSet whole = new BitSet();
    long doubled =
        tables.countByTask(
            lines,
            (number, rows) -> {
              if (rows >= lines) {
                whole.set((int) number);
              }
            });
    whole.or(waiting);
    long there = whole.cardinality();
    return new TaskAudit.Verdict(
        Math.max(0, accepted - there), doubled, Math.max(0, there - accepted));
  }

  private synchronized void arrived(String id, byte[] body) {
    lastArrival = System.nanoTime();
    numbers.set((int) Effect.of(id, body).number());
  }
}
