package dev.sluice.worker;

import java.util.Map;

/**
 * How many deliveries each queue may hold, so that bodies of the largest size fill a quarter of the
 * heap at most.
 */
final class PrefetchPlan {
  private static final int PER_ATTEMPT = 20;

  /** Two that run, or whose acknowledgements are on their way, and one that is collected. */
  private static final int BATCHES = 3;

  private final long perQueue;

  private PrefetchPlan(long perQueue) {
    this.perQueue = perQueue;
  }

  /**
   * A plan for these queues.
   *
   * @throws IllegalArgumentException when configured prefetches alone break the limit
   */
  static PrefetchPlan of(Map<String, QueueOptions> queues, int maxBodyBytes, long heapBytes) {
    long bodies = heapBytes / 4 / maxBodyBytes;
    long configured =
        queues.values().stream().mapToLong(queue -> queue.prefetch() * shares(queue)).sum();
    if (configured > bodies) {
      throw new IllegalArgumentException(
          "prefetch: "
              + configured
              + " deliveries of up to "
              + maxBodyBytes
              + " bytes are more than a quarter of the heap of "
              + (heapBytes >> 20)
              + " MB; configure "
              + bodies
              + " in all or fewer, a smaller maxBodyBytes, or a larger heap (-Xmx)");
    }
    long computed =
        queues.values().stream()
            .filter(options -> options.prefetch() == 0)
            .mapToLong(PrefetchPlan::shares)
            .sum();
    return new PrefetchPlan(computed == 0 ? 0 : (bodies - configured) / computed);
  }

  /**
   * The prefetch of a queue, at least 1.
   *
   * @param batch tasks of the largest batch that may be collected from it; 0 for none
   */
  int prefetch(QueueOptions options, int batch) {
    if (options.prefetch() != 0) {
      return options.prefetch();
    }
    long wanted = Math.max((long) options.concurrency() * PER_ATTEMPT, (long) batch * BATCHES);
    return (int) Math.max(1, Math.min(Math.min(65_535, wanted), perQueue));
  }

  /** The partitions of a queue hold as many as the queue itself. */
  private static long shares(QueueOptions options) {
    return options.ordered() ? 2 : 1;
  }
}
