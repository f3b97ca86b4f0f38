package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.governor.GovernedQueue;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One queue of a worker: its subscription, the deliveries that wait, and the slots that run them.
 * The broker's prefetch bounds what waits.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class QueueConsumer implements GovernedQueue {
  static final String STOPPED = "the worker stopped before it was started";

  private final QueueSpec queue;
  private final Partitions partitions;
  private volatile int concurrency;
  private final int fullPrefetch;

  /** What the current subscription may hold, or the next one: it delivers before it is known. */
  private volatile int taking;

  private final InstantSource clock;
  private final ThreadFactory threads;
  private final Backlog backlog = new PriorityBacklog();
  private final Batches batches;
  private final QueueWork work;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();

  /** The current subscription and those whose deliveries are not settled yet. */
  private final List<Intake> intakes = new CopyOnWriteArrayList<>();

  private final AtomicLong ackedBefore = new AtomicLong();
  private volatile @Nullable Broker broker;
  private volatile @Nullable Intake intake;
  private volatile @Nullable String paused;
  private volatile boolean stopping;

  QueueConsumer(
      QueueSpec queue,
      Partitions partitions,
      int concurrency,
      int prefetch,
      AttemptRunner runner,
      BatchRunner batchRunner,
      InstantSource clock,
      ThreadFactory threads) {
    this.queue = queue;
    this.partitions = partitions;
    this.concurrency = concurrency;
    fullPrefetch = prefetch;
    taking = prefetch;
    this.clock = clock;
    this.threads = threads;
    // Half of what the broker hands over: while one batch runs, the next is collected.
    batches = new Batches(type -> Math.min(batchRunner.size(type), taking / 2));
    work = new QueueWork(backlog, slots, runner, batchRunner, batches, clock, this::refusal);
  }

  void start(Broker newBroker) {
    broker = newBroker;
    fitSlots();
    resume(fullPrefetch);
  }

  @Override
  public String queue() {
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
    work.abandoned(attempts);
    fitSlots();
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public void concurrency(int newConcurrency) {
    if (newConcurrency < 1 || newConcurrency > fullPrefetch) {
      throw new IllegalArgumentException(
          "the concurrency of queue '"
              + queue.name()
              + "' must be 1 to "
              + fullPrefetch
              + ", its prefetch, is "
              + newConcurrency);
    }
    concurrency = newConcurrency;
    fitSlots();
  }

  WorkerControl.Queue state() {
    return new WorkerControl.Queue(
        concurrency,
        prefetch(),
        work.running(),
        backlog.size() + batches.size() + partitions.waiting(),
        consuming());
  }

  /** Most deliveries that it may hold, in better times. */
  int fullPrefetch() {
    return fullPrefetch;
  }

  /** Deliveries that it may hold now. */
  int prefetch() {
    Intake current = intake;
    return current == null ? 0 : current.prefetch();
  }

  boolean consuming() {
    Intake current = intake;
    return current != null && current.active() && partitions.consuming();
  }

  /** Why it takes nothing, for a person; null when it does. */
  @Nullable String paused() {
    return paused;
  }

  /** Deliveries handed over and not settled. */
  int held() {
    return intakes.stream().mapToInt(Intake::held).sum();
  }

  /** Deliveries dealt with since the start. */
  long acked() {
    long sum = ackedBefore.get();
    for (Intake one : intakes) {
      sum += one.acked();
    }
    return sum;
  }

  /** Whether every delivery that was handed over is settled. */
  boolean idle() {
    // An attempt that is settled frees its key and its marks before it is done.
    return held() == 0 && work.running() == 0;
  }

  /**
   * Stops new deliveries and gives those that wait back, once. Running attempts go on. When it
   * returns, what is given back does not come again.
   *
   * @param why for a person
   */
  synchronized void pause(String why) {
    if (paused == null && !stopping) {
      paused = why;
      endIntake();
      partitions.end();
      giveWaitingBack(why);
    }
  }

  /** Takes deliveries, so many at a time. Where that is fewer than before, all go back first. */
  synchronized void resume(int prefetch) {
    Broker from = broker;
    Intake before = intake;
    if (stopping || from == null) {
      return;
    }
    partitions.open(from, backlog::add);
    if (before != null && before.prefetch() == prefetch) {
      return;
    }
    endIntake();
    if (before != null && prefetch < before.prefetch()) {
      giveWaitingBack("more was held than can be done in a minute");
    }
    paused = null;
    taking = prefetch;
    Intake opened = Intake.open(from, queue, prefetch, backlog::add);
    intakes.add(opened);
    intake = opened;
  }

  /** Stops new deliveries and gives those that wait back. Running attempts go on. */
  void stopTaking() {
    stopping = true;
    slots.forEach(Slot::stopAsking);
    batches.close();
    synchronized (this) {
      endIntake();
      partitions.end();
      giveWaitingBack(STOPPED);
    }
  }

  /** Ends the slots and the subscription; what is not settled goes back to the queue. */
  void close() {
    slots.forEach(Slot::retire);
    slots.forEach(Slot::wake);
    intakes.forEach(Intake::close);
    partitions.close();
  }

  private void endIntake() {
    Intake current = intake;
    intake = null;
    if (current != null) {
      current.end();
    }
    for (Intake one : intakes) {
      if (one.closed()) {
        ackedBefore.addAndGet(one.acked());
        intakes.remove(one);
      }
    }
  }

  private void giveWaitingBack(String why) {
    List<Delivery> stay = new ArrayList<>();
    Delivery waiting;
    while ((waiting = backlog.poll()) != null) {
      if (OrderedDelivery.stays(waiting)) {
        stay.add(waiting);
      } else {
        work.giveBack(new Attempt(waiting, clock.instant()), why);
      }
    }
    for (Attempt attempt : batches.takeAll()) {
      if (OrderedDelivery.stays(attempt.delivery())) {
        // It asks for leave of its limit key anew.
        attempt.leaveKey();
        stay.add(attempt.delivery());
      } else {
        work.giveBack(attempt, why);
      }
    }
    stay.forEach(backlog::add);
  }

  private @Nullable String refusal() {
    return stopping ? STOPPED : paused;
  }

  /**
   * Adds slots, or lets those end that are too many: at once when idle, else after their attempt.
   */
  private synchronized void fitSlots() {
    List<Slot> kept = slots.stream().filter(slot -> !slot.retired()).toList();
    for (int i = kept.size(); i < concurrency && broker != null && !stopping; i++) {
      Slot slot = new Slot(backlog, work, threads);
      slots.add(slot);
      slot.start();
    }
    if (kept.size() > concurrency) {
      kept.subList(concurrency, kept.size()).forEach(Slot::retire);
    }
  }
}
