package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.broker.Subscription;
import dev.sluice.topology.QueueSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a worker: its subscription, the deliveries that wait, and the slots that run them.
 * The broker's prefetch bounds what waits.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class QueueConsumer {
  private final QueueSpec queue;
  private final int concurrency;
  private final int prefetch;
  private final AttemptRunner runner;
  private final InstantSource clock;
  private final ThreadFactory threads;
  private final Backlog backlog = new FifoBacklog();
  private final Batches batches;
  private final BatchRunner batchRunner;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();

  /** Deliveries handed over and not settled. */
  private final AtomicInteger held = new AtomicInteger();

  private final AtomicInteger running = new AtomicInteger();

  /** Slots that wait for a delivery. */
  private final AtomicInteger idle = new AtomicInteger();

  private volatile @Nullable Subscription subscription;
  private volatile boolean stopping;

  QueueConsumer(
      QueueSpec queue,
      int concurrency,
      int prefetch,
      AttemptRunner runner,
      BatchRunner batchRunner,
      InstantSource clock,
      ThreadFactory threads) {
    this.queue = queue;
    this.concurrency = concurrency;
    this.prefetch = prefetch;
    this.runner = runner;
    this.batchRunner = batchRunner;
    // Half of what the broker hands over: while one batch runs, the next is collected.
    batches = new Batches(type -> Math.min(batchRunner.size(type), prefetch / 2), System::nanoTime);
    this.clock = clock;
    this.threads = threads;
  }

  void start(Broker broker) {
    for (int i = 0; i < concurrency; i++) {
      addSlot();
    }
    subscription = broker.subscribe(queue, prefetch, this::handOver);
  }

  String queue() {
    return queue.name();
  }

  /** Attempts whose handlers are running. */
  List<Attempt> running() {
    List<Attempt> attempts = new ArrayList<>();
    slots.forEach(slot -> attempts.addAll(slot.current()));
    return attempts;
  }

  List<Slot> slots() {
    return slots;
  }

  /** Puts a new slot in the place of one whose thread does not end with its attempts. */
  void replace(Slot slot, int attempts) {
    slot.retire();
    slots.remove(slot);
    running.addAndGet(-attempts);
    held.addAndGet(-attempts);
    if (!stopping) {
      addSlot();
    }
  }

  WorkerControl.Queue state() {
    return new WorkerControl.Queue(
        concurrency, prefetch, running.get(), backlog.size(), consuming());
  }

  boolean consuming() {
    Subscription current = subscription;
    return current != null && current.active();
  }

  /** Whether every delivery that was handed over is settled. */
  boolean idle() {
    return held.get() == 0;
  }

  /** Stops new deliveries and gives those that wait back. Running attempts go on. */
  void stopTaking() {
    stopping = true;
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    Delivery waiting;
    while ((waiting = backlog.poll()) != null) {
      giveBack(new Attempt(waiting, clock.instant()));
    }
    batches.close().forEach(this::giveBack);
  }

  /** Ends the slots and the subscription; what is not settled goes back to the queue. */
  void close() {
    slots.forEach(Slot::retire);
    slots.forEach(Slot::wake);
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
  }

  private void handOver(Delivery delivery) {
    held.incrementAndGet();
    backlog.add(delivery);
  }

  private void giveBack(Attempt attempt) {
    runner.settle(attempt, new Settlement.GivenBack("the worker stopped before it was started"));
    held.decrementAndGet();
  }

  private void addSlot() {
    Slot slot = new Slot(backlog, new Work(), threads);
    slots.add(slot);
    slot.start();
  }

  private final class Work implements Slot.Work {

    @Override
    public void run(Delivery delivery, Slot slot) {
      Attempt attempt = new Attempt(delivery, clock.instant());
      if (stopping) {
        giveBack(attempt);
        return;
      }
      beforeRunning();
      running.incrementAndGet();
      switch (runner.run(attempt, slot)) {
        case SETTLED -> settled(attempt);
        // What was abandoned has been counted off with its slot.
        case ABANDONED -> backlog.settled(delivery);
        case FOR_A_BATCH -> collect(attempt, slot);
      }
    }

    @Override
    public void runDue(Slot slot) {
      List<Attempt> batch = batches.takeDue();
      if (!batch.isEmpty()) {
        beforeRunning();
        running.addAndGet(batch.size());
        batchRunner.run(batch, slot, this::settled);
      }
    }

    @Override
    public long rest() {
      idle.incrementAndGet();
      return batches.patience();
    }

    @Override
    public void rested() {
      idle.decrementAndGet();
    }

    @Override
    public void left() {
      beforeRunning();
    }

    private void collect(Attempt attempt, Slot slot) {
      if (attempt.alone()) {
        batchRunner.run(List.of(attempt), slot, this::settled);
        return;
      }
      running.decrementAndGet();
      if (!batches.add(attempt)) {
        giveBack(attempt);
      }
    }

    private void settled(Attempt attempt) {
      running.decrementAndGet();
      held.decrementAndGet();
      backlog.settled(attempt.delivery());
    }

    /** Sees to it that a slot waits for the batches that are pending, while this one does not. */
    private void beforeRunning() {
      if (batches.pending() && idle.get() > 0) {
        slots.stream().anyMatch(Slot::nudge);
      }
    }
  }
}
