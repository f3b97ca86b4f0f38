package dev.sluice.bench;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts which tasks were executed, and which twice, and takes the time from the first to the last.
 *
 * <p>Threading: safe.
 */
final class Audit {
  private final long tasks;
  private final Set<String> executed;
  private final AtomicLong started = new AtomicLong();
  private final LongAdder doubled = new LongAdder();
  private final AtomicLong missing;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Stopwatch watch;
  private volatile Stopwatch.@Nullable Elapsed elapsed;

  Audit(long tasks) {
    this.tasks = tasks;
    // Growing it would be a part of the measurement.
    executed = ConcurrentHashMap.newKeySet(Math.toIntExact(tasks));
    missing = new AtomicLong(tasks);
  }

  void executed(String taskId) {
    if (watch == null && started.getAndIncrement() == 0) {
      watch = Stopwatch.start();
    }
    if (!executed.add(taskId)) {
      doubled.increment();
    } else if (missing.decrementAndGet() == 0) {
      elapsed = Objects.requireNonNull(watch).stop();
      done.countDown();
    }
  }

  /** Waits until every task was executed. */
  void await() throws InterruptedException {
    done.await();
  }

  /** The round, once every task was executed. */
  Round round() {
    return new Round(
        tasks, Objects.requireNonNull(elapsed), null, tasks - executed.size(), doubled.sum());
  }
}
