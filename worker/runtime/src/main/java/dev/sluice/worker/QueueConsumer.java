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
  private final Partitions partitions;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();

  /** Deliveries handed over and not settled. */
  private final AtomicInteger held = new AtomicInteger();

  private final AtomicInteger running = new AtomicInteger();
  private volatile @Nullable Subscription subscription;
  private volatile boolean stopping;

  QueueConsumer(
      QueueSpec queue,
      Partitions partitions,
      int concurrency,
      int prefetch,
      AttemptRunner runner,
      InstantSource clock,
      ThreadFactory threads) {
    this.queue = queue;
    this.partitions = partitions;
    this.concurrency = concurrency;
    this.prefetch = prefetch;
    this.runner = runner;
    this.clock = clock;
    this.threads = threads;
  }

  void start(Broker broker) {
    for (int i = 0; i < concurrency; i++) {
      addSlot();
    }
    subscription = broker.subscribe(queue, prefetch, this::handOver);
    partitions.start(broker, this::handOver);
  }

  String queue() {
    return queue.name();
  }

  /** Attempts whose handlers are running. */
  List<Attempt> running() {
    List<Attempt> attempts = new ArrayList<>();
    for (Slot slot : slots) {
      Attempt attempt = slot.current();
      if (attempt != null) {
        attempts.add(attempt);
      }
    }
    return attempts;
  }

  List<Slot> slots() {
    return slots;
  }

  /** Puts a new slot in the place of one whose thread does not end. */
  void replace(Slot slot) {
    slot.retire();
    slots.remove(slot);
    running.decrementAndGet();
    held.decrementAndGet();
    if (!stopping) {
      addSlot();
    }
  }

  WorkerControl.Queue state() {
    return new WorkerControl.Queue(
        concurrency, prefetch, running.get(), backlog.size() + partitions.waiting(), consuming());
  }

  boolean consuming() {
    Subscription current = subscription;
    return current != null && current.active() && partitions.consuming();
  }

  /** Whether every delivery that was handed over is settled. */
  boolean idle() {
    return held.get() == 0;
  }

  /** Stops new deliveries and gives those that wait back. Running attempts go on. */
  void stopTaking() {
    stopping = true;
    partitions.stopTaking();
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    Delivery waiting;
    while ((waiting = backlog.poll()) != null) {
      giveBack(waiting);
    }
  }

  /** Ends the slots and the subscription; what is not settled goes back to the queue. */
  void close() {
    slots.forEach(Slot::retire);
    slots.forEach(Slot::wake);
    Subscription current = subscription;
    if (current != null) {
      current.close();
    }
    partitions.close();
  }

  private void handOver(Delivery delivery) {
    held.incrementAndGet();
    backlog.add(delivery);
  }

  private void giveBack(Delivery delivery) {
    runner.settle(
        new Attempt(delivery, clock.instant()),
        new Settlement.GivenBack("the worker stopped before it was started"));
    held.decrementAndGet();
  }

  private void addSlot() {
    Slot slot = new Slot(backlog, this::run, threads);
    slots.add(slot);
    slot.start();
  }

  private void run(Delivery delivery, Slot slot) {
    if (stopping) {
      giveBack(delivery);
      return;
    }
    running.incrementAndGet();
    // What was abandoned has been counted off with its slot.
    if (runner.run(new Attempt(delivery, clock.instant()), slot)) {
      running.decrementAndGet();
      held.decrementAndGet();
    }
    backlog.settled(delivery);
  }
}
