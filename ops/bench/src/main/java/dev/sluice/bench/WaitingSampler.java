package dev.sluice.bench;

import dev.sluice.bench.rates.Series;
import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.QueueStats;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the broker four times a second how many tasks wait in a queue.
 *
 * <p>Threading: a thread of its own; closed by another.
 */
final class WaitingSampler implements AutoCloseable {
  private static final long EVERY_NANOS = 250_000_000;

  private final Broker broker;
  private final String queue;
  private final Series series;
  private final Thread thread;
  private volatile boolean closed;

  private WaitingSampler(Broker broker, String queue, long start) {
    this.broker = broker;
    this.queue = queue;
    series = new Series(start);
    thread = new Thread(this::run, "bench-waiting");
    thread.setDaemon(true);
  }

  /**
   * Begins to ask.
   *
   * @param start 0 on the axis of time, of {@link System#nanoTime()}
   */
  static WaitingSampler start(Broker broker, String queue, long start) {
    WaitingSampler sampler = new WaitingSampler(broker, queue, start);
    sampler.thread.start();
    return sampler;
  }

  Series series() {
    return series;
  }

  private void run() {
    while (!closed) {
      try {
        long waiting = broker.stats(queue).map(QueueStats::ready).orElse(0L);
        series.look(System.nanoTime(), waiting);
      } catch (BrokerException notNow) {
        // A look less.
        Thread.onSpinWait();
      }
      LockSupport.parkNanos(EVERY_NANOS);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
