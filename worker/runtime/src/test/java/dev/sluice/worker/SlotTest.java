package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.Delivery;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotTest {
  private final AtomicLong patience = new AtomicLong(Batches.NEVER);
  private final AtomicInteger rests = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final Slot slot = new Slot(new PriorityBacklog(), new Work(), Thread::new);

  private final class Work implements Slot.Work {
    @Override
    public void run(Delivery delivery, Slot slot) {}

    @Override
    public void runDue(Slot slot) {
      looks.incrementAndGet();
    }

    @Override
    public long rest() {
      rests.incrementAndGet();
      return patience.get();
    }

    @Override
    public void rested() {}

    @Override
    public void left(Slot slot) {
      left.incrementAndGet();
    }
  }

  @AfterEach
  void end() {
    slot.retire();
    slot.wake();
    await().until(() -> left.get() == 1);
  }

  @Test
  void a_slot_that_waits_for_a_delivery_waits_for_a_batch_once_it_is_nudged() {
    slot.start();
    await().until(() -> rests.get() == 1);

    patience.set(1_000_000);
    assertThat(slot.nudge()).isTrue();

    await().until(() -> rests.get() > 1 && looks.get() > 2);
  }

  @Test
  void a_slot_that_does_not_wait_is_not_nudged() {
    assertThat(slot.nudge()).isFalse();
    slot.start();
  }
}
