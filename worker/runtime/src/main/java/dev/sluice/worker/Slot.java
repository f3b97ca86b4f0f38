package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import dev.sluice.worker.governor.Admission;
import dev.sluice.worker.governor.Ask;
import dev.sluice.worker.governor.Governor;
import dev.sluice.worker.governor.NotPermitted;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the places in which a queue's attempts run: a thread that takes one delivery after the
 * other, and the batches that are due between them.
 *
 * <p>Threading: everything but {@link #running} and {@link #idle} may be called by any thread.
 */
final class Slot {
  private static final Logger log = LoggerFactory.getLogger(Slot.class);

  /** What a slot does. */
  interface Work {
    void run(Delivery delivery, Slot slot);

    /** Runs a batch that is due, if there is one. */
    void runDue(Slot slot);

    /** Begins to wait; returns for how many nanoseconds, {@link Batches#NEVER} for no end. */
    long rest();

    /** Waits no longer. */
    void rested();

    /** The slot takes nothing more. */
    void left(Slot slot);
  }

  private final Backlog backlog;
  private final Work work;
  private final Thread thread;
  private volatile List<Attempt> current = List.of();
  private volatile boolean retired;
  // Guarded by the monitor.
  private boolean resting;
  private boolean forEver;
  private boolean asking;
  private boolean stopped;

  Slot(Backlog backlog, Work work, ThreadFactory threads) {
    this.backlog = backlog;
    this.work = work;
    thread = threads.newThread(this::loop);
  }

  void start() {
    thread.start();
  }

  /** Takes nothing new. An idle slot ends at once, a running one after its attempt. */
  synchronized void retire() {
    retired = true;
    if (resting) {
      thread.interrupt();
    }
  }

  boolean retired() {
    return retired;
  }

  /** Ends a slot that is waiting for a delivery. */
  void wake() {
    thread.interrupt();
  }

  /** Lets a slot that waits for a delivery look when a batch is due; false when it is not one. */
  synchronized boolean nudge() {
    if (resting && forEver) {
      thread.interrupt();
    }
    return resting;
  }

  /** The attempts whose handler is running: one, or those of a batch; empty when none is. */
  List<Attempt> current() {
    return current;
  }

  /** Whoever waits for leave to run is given back: nothing is started any more. */
  synchronized void stopAsking() {
    stopped = true;
    if (asking) {
      thread.interrupt();
    }
  }

  /** By the slot's own thread: waits for leave to run. */
  Admission admission(Governor governor, Ask ask) throws InterruptedException, NotPermitted {
    asking(true);
    try {
      return governor.admit(ask);
    } finally {
      asking(false);
    }
  }

  /** By the slot's own thread: a handler is about to be called. */
  void running(List<Attempt> attempts) {
    current = attempts;
  }

  /** By the slot's own thread: the handler has ended. */
  void idle() {
    current = List.of();
  }

  private void loop() {
    while (!retired) {
      try {
        work.runDue(this);
        Delivery delivery = next();
        if (delivery != null) {
          work.run(delivery, this);
        }
      } catch (InterruptedException e) {
        continue;
      } catch (Throwable t) {
        // The slot must live on; the broker takes the delivery back when the channel closes.
        log.error("A delivery could not be settled", t);
      }
    }
    work.left(this);
  }

  /** The next delivery; null when something else is due. */
  private @Nullable Delivery next() throws InterruptedException {
    Delivery delivery = backlog.poll();
    if (delivery != null) {
      return delivery;
    }
    // Parking costs more than a short task: give the broker's thread a chance first.
    Thread.yield();
    resting(true);
    try {
      // Asked while it can be nudged: what is added to a batch from now on is not missed.
      long nanos = work.rest();
      if (retired) {
        return null;
      }
      return nanos == Batches.NEVER ? backlog.take() : poll(nanos);
    } finally {
      resting(false);
      work.rested();
    }
  }

  private @Nullable Delivery poll(long nanos) throws InterruptedException {
    synchronized (this) {
      forEver = false;
    }
    return backlog.poll(nanos);
  }

  private synchronized void asking(boolean begins) throws InterruptedException {
    if (begins && stopped) {
      throw new InterruptedException("nothing is started any more");
    }
    asking = begins;
    if (!begins) {
      // One that came too late must not hit the handler.
      Thread.interrupted();
    }
  }

  private synchronized void resting(boolean begins) {
    resting = begins;
    forEver = begins;
    if (!begins) {
      // A nudge that came too late must not hit what is done next.
      Thread.interrupted();
    }
  }
}
