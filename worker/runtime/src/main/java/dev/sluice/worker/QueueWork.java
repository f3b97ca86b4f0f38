package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the slots of one queue do: an attempt for each delivery, or a batch of them.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class QueueWork implements Slot.Work {
  private final Backlog backlog;
  private final List<Slot> slots;
  private final AttemptRunner runner;
  private final BatchRunner batchRunner;
  private final Batches batches;
  private final InstantSource clock;
  private final Supplier<@Nullable String> refusal;
  private final AtomicInteger running = new AtomicInteger();

  /** Slots that wait for a delivery. */
  private final AtomicInteger idle = new AtomicInteger();

  /**
   * The work of a queue.
   *
   * @param slots those that do it; may change
   * @param refusal why nothing is run at the moment, for a person; null when it is
   */
  QueueWork(
      Backlog backlog,
      List<Slot> slots,
      AttemptRunner runner,
      BatchRunner batchRunner,
      Batches batches,
      InstantSource clock,
      Supplier<@Nullable String> refusal) {
    this.backlog = backlog;
    this.slots = slots;
    this.runner = runner;
    this.batchRunner = batchRunner;
    this.batches = batches;
    this.clock = clock;
    this.refusal = refusal;
  }

  /** Attempts that are being run. */
  int running() {
    return running.get();
  }

  /** So many attempts are settled without their slot. */
  void abandoned(int attempts) {
    running.addAndGet(-attempts);
  }

  @Override
  public void run(Delivery delivery, Slot slot) {
    Attempt attempt = new Attempt(delivery, clock.instant());
    String refused = refusal.get();
    if (refused != null) {
      giveBack(attempt, refused);
      return;
    }
    letAnotherWait();
    running.incrementAndGet();
    AttemptRunner.Ran ran;
    try {
      ran = runner.run(attempt, slot);
    } catch (RuntimeException | Error e) {
      settled(attempt);
      throw e;
    }
    switch (ran) {
      case SETTLED -> settled(attempt);
      // It was counted off when it was settled.
      case ABANDONED -> backlog.settled(delivery);
      case FOR_A_BATCH -> collect(attempt, slot);
    }
  }

  @Override
  public void runDue(Slot slot) {
    List<Attempt> batch = batches.takeDue();
    if (batch.isEmpty()) {
      return;
    }
    letAnotherWait();
    running.addAndGet(batch.size());
    batchRunner.run(batch, slot, this::settled);
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
  public void left(Slot slot) {
    slots.remove(slot);
    letAnotherWait();
  }

  void giveBack(Attempt attempt, String why) {
    runner.settle(attempt, new Settlement.GivenBack(why));
    backlog.settled(attempt.delivery());
  }

  private void collect(Attempt attempt, Slot slot) {
    Settlement refused = batchRunner.refused(attempt);
    if (refused != null) {
      runner.settle(attempt, refused);
      settled(attempt);
      return;
    }
    if (attempt.alone()) {
      batchRunner.run(List.of(attempt), slot, this::settled);
      return;
    }
    running.decrementAndGet();
    if (!batches.add(attempt)) {
      giveBack(attempt, QueueConsumer.STOPPED);
    }
  }

  private void settled(Attempt attempt) {
    running.decrementAndGet();
    backlog.settled(attempt.delivery());
  }

  /** Sees to it that a slot waits for the batches that are pending, while this one does not. */
  private void letAnotherWait() {
    if (batches.pending() && idle.get() > 0) {
      slots.stream().anyMatch(Slot::nudge);
    }
  }
}
