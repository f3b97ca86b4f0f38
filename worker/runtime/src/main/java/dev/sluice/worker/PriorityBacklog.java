package dev.sluice.worker;

import dev.sluice.broker.Delivery;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The highest priority first, of one priority first come, first served. Every eighth is of the
 * lowest: nothing is held until the broker takes it back.
 */
final class PriorityBacklog implements Backlog {
  private static final int HIGHEST = 9;
  private static final int TURN_OF_THE_LOWEST = 8;

  /** By priority, 0 first. */
  private final List<Queue<Delivery>> waiting =
      Stream.<Queue<Delivery>>generate(ConcurrentLinkedQueue::new).limit(HIGHEST + 1).toList();

  /** As many as wait: who has a permit finds a delivery. */
  private final Semaphore size = new Semaphore(0);

  /** Those above priority 0; most queues never have any. */
  private final AtomicInteger urgent = new AtomicInteger();

  private final AtomicInteger turns = new AtomicInteger();

  @Override
  public void add(Delivery delivery) {
    int priority = Math.max(0, Math.min(delivery.message().priority(), HIGHEST));
    if (priority > 0) {
      urgent.incrementAndGet();
    }
    waiting.get(priority).add(delivery);
    size.release();
  }

  @Override
  public Delivery take() throws InterruptedException {
    size.acquire();
    return next();
  }

  @Override
  public @Nullable Delivery poll(long nanos) throws InterruptedException {
    return size.tryAcquire(nanos, TimeUnit.NANOSECONDS) ? next() : null;
  }

  @Override
  public @Nullable Delivery poll() {
    return size.tryAcquire() ? next() : null;
  }

  @Override
  public void settled(Delivery delivery) {}

  @Override
  public int size() {
    return size.availablePermits();
  }

  private Delivery next() {
    // Another one may take what this one has seen; then there is one that it has passed.
    while (true) {
      Delivery next = urgent.get() == 0 ? waiting.get(0).poll() : byPriority();
      if (next != null) {
        return next;
      }
    }
  }

  private @Nullable Delivery byPriority() {
    boolean lowest = turns.incrementAndGet() % TURN_OF_THE_LOWEST == 0;
    for (int i = 0; i <= HIGHEST; i++) {
      int priority = lowest ? i : HIGHEST - i;
      Delivery next = waiting.get(priority).poll();
      if (next != null) {
        if (priority > 0) {
          urgent.decrementAndGet();
        }
        return next;
      }
    }
    return null;
  }
}
