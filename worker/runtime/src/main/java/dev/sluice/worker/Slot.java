package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the places in which a queue's attempts run: a thread that takes one delivery after the
 * other.
 *
 * <p>Threading: everything but {@link #running} and {@link #idle} may be called by any thread.
 */
final class Slot {
  private static final Logger log = LoggerFactory.getLogger(Slot.class);

  /** What a slot does with each delivery. */
  @FunctionalInterface
  interface Work {
    void run(Delivery delivery, Slot slot);
  }

  private final Backlog backlog;
  private final Work work;
  private final Thread thread;
  private volatile @Nullable Attempt current;
  private volatile boolean retired;

  Slot(Backlog backlog, Work work, ThreadFactory threads) {
    this.backlog = backlog;
    this.work = work;
    thread = threads.newThread(this::loop);
  }

  void start() {
    thread.start();
  }

  /** Takes nothing new. An idle slot ends at once, a running one after its attempt. */
  void retire() {
    retired = true;
  }

  /** Ends a slot that is waiting for a delivery. */
  void wake() {
    thread.interrupt();
  }

  /** The attempt whose handler is running; null when none is. */
  @Nullable Attempt current() {
    return current;
  }

  /** By the slot's own thread: a handler is about to be called. */
  void running(Attempt attempt) {
    current = attempt;
  }

  /** By the slot's own thread: the handler has ended. */
  void idle() {
    current = null;
  }

  private void loop() {
    while (!retired) {
      Delivery delivery;
      try {
        delivery = next();
      } catch (InterruptedException e) {
        continue;
      }
      try {
        work.run(delivery, this);
      } catch (Throwable t) {
        // The slot must live on; the broker takes the delivery back when the channel closes.
        log.error("A delivery of queue {} could not be settled", delivery.queue(), t);
      }
    }
  }

  private Delivery next() throws InterruptedException {
    Delivery delivery = backlog.poll();
    if (delivery != null) {
      return delivery;
    }
    // Parking costs more than a short task: give the broker's thread a chance first.
    Thread.yield();
    return backlog.take();
  }
}
