package dev.sluice.bench;

import dev.sluice.cli.CommandFailed;
import dev.sluice.timelines.PostCreated;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** How long posts to few followers take while a large fan-out runs. */
record Fairness(FanOutRig rig, FanOutWorker worker) {
  private static final long POLL_NANOS = 500_000;
  private static final long BETWEEN_NANOS = 100_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * Enqueues them one after the other as long as the large one runs.
   *
   * @param author who writes the large one
   */
  Map<String, @Nullable Object> run(long author) throws Exception {
    long ended = rig.graph().ended();
    long written = rig.graph().written();
    rig.enqueue(rig.post(author));
    while (rig.graph().written() == written && rig.graph().ended() == ended) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    LongStream.Builder took = LongStream.builder();
    // The few are written inline, so that lanes are the large one's alone.
    while (rig.graph().openLanes() > 0) {
      took.add(deliver());
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    long[] sorted = took.build().sorted().toArray();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("small_posts", sorted.length);
    figures.put("small_followers", FanOutRig.FEW);
    figures.put("small_median_ms", sorted.length == 0 ? null : millis(sorted[sorted.length / 2]));
    figures.put("small_max_ms", sorted.length == 0 ? null : millis(sorted[sorted.length - 1]));
    return figures;
  }

  /** From before it is enqueued until the last follower has it. */
  private long deliver() throws Exception {
    PostCreated post = rig.post(FanOutRig.fewAuthor());
    long start = System.nanoTime();
    rig.enqueue(post);
    while (!rig.timelines().has(post.post(), FanOutRig.FEW)) {
      if (!worker.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
        throw new CommandFailed(
            "a small post is not delivered; the worker's log ends so:%n%s"
                .formatted(worker.logTail()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return System.nanoTime() - start;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e5) / 10.0;
  }
}
