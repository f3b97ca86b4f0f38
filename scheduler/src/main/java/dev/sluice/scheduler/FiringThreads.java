package dev.sluice.scheduler;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.quartz.spi.ThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that fire jobs, and a queue before them: Quartz claims at a time no more than it is
 * told that there are threads for, and each time costs it a lock of all schedulers. Quartz's own
 * pool waits for all of them at its end, or for none; this one waits for a bounded time. A firing
 * that hangs for want of its database is then left to be recovered.
 *
 * <p>Threading: safe.
 */
final class FiringThreads implements ThreadPool {
  private static final Logger log = LoggerFactory.getLogger(FiringThreads.class);
  private static final long PATIENCE_MILLIS = 5_000;

  private static final int MOST = 8;

  // Whoever changes jobs holds their rows, for which all who fire may be waiting, and takes a
  // second
  // connection; one has the relay, one Quartz that finds what is due.
  private static final int OTHER_CONNECTIONS = 4;

  private final int size;
  private final int room;
  private final Semaphore free;
  private final ExecutorService threads;
  // Quartz's own, which finds what is due and hands it over.
  private volatile @Nullable Thread scheduling;

  /**
   * The threads.
   *
   * @param room how many firings are handed over and not ended at most
   */
  FiringThreads(int size, int room) {
    this.size = size;
    this.room = room;
    free = new Semaphore(room);
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            size,
            work -> {
              Thread thread = new Thread(work, "sluice-firing-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * How many may fire at a time on a pool of connections.
   *
   * @throws SchedulerFailed when the pool is too small for any
   */
  static int fitting(int poolSize) {
    if (poolSize <= OTHER_CONNECTIONS) {
      throw new SchedulerFailed(
          "a scheduler needs %d connections to its database at least, and its pool (poolSize) is %d; make it bigger, then start again"
              .formatted(OTHER_CONNECTIONS + 1, poolSize));
    }
    return Math.min(MOST, poolSize - OTHER_CONNECTIONS);
  }

  @Override
  public boolean runInThread(Runnable firing) {
    free.acquireUninterruptibly();
    try {
      threads.execute(() -> run(firing));
    } catch (RejectedExecutionException closing) {
      // Refusing it would make Quartz stop the job for good.
      run(firing);
    }
    return true;
  }

  @Override
  public int blockForAvailableThreads() {
    scheduling = Thread.currentThread();
    // Not for each that ends: half of the room is a batch worth a lock.
    free.acquireUninterruptibly(room / 2);
    free.release(room / 2);
    return Math.max(1, free.availablePermits());
  }

  @Override
  public int getPoolSize() {
    return size;
  }

  /**
   * Waits five seconds at most for what is being handed over, and as long for the firings, whatever
   * {@code wait} says.
   */
  @Override
  public void shutdown(boolean wait) {
    try {
      Thread handingOver = scheduling;
      if (handingOver != null) {
        handingOver.join(PATIENCE_MILLIS);
      }
      threads.shutdown();
      if (!threads.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        log.warn("firings are still waiting for the database; the next scheduler recovers them");
      }
    } catch (InterruptedException e) {
      threads.shutdown();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void initialize() {}

  @Override
  public void setInstanceId(String id) {}

  @Override
  public void setInstanceName(String name) {}

  private void run(Runnable firing) {
    try {
      firing.run();
    } catch (RuntimeException e) {
      log.warn("the end of a firing is not recorded; the next scheduler recovers it", e);
    } finally {
      free.release();
    }
  }
}
