package dev.sluice.worker.governor;

import dev.sluice.topology.OrderPartitions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the attempts of a worker, and shares them out among its queues by weight, in {@link
 * FairOrder}. A queue without work gives its share away.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class FairShare implements Limiter {
  private final LongSupplier ticks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** Of partition queues too, which have the share of the queue that they belong to. */
  private final Map<String, Share> byName = new ConcurrentHashMap<>();

  /** Guarded by the lock. */
  private final FairOrder order = new FairOrder();

  private volatile @Nullable Integer most;

  private static final class Share {
    private final AtomicInteger running = new AtomicInteger();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private final FairOrder.Account account = new FairOrder.Account();
  }

  private static final class Waiter {
    private final Condition granted;
    private boolean may;
    private double charged;

    private Waiter(Condition granted) {
      this.granted = granted;
    }
  }

  FairShare(@Nullable Integer most, LongSupplier ticks) {
    check(most);
    this.most = most;
    this.ticks = ticks;
  }

  static void check(@Nullable Integer most) {
    if (most != null && most < 1) {
      throw new IllegalArgumentException(
          "the concurrency of a worker must be at least 1, is "
              + most
              + "; leave it out for no limit");
    }
  }

  @Nullable Integer most() {
    return most;
  }

  /** Changes how many may run; what runs goes on. Null for no limit. */
  void most(@Nullable Integer newMost) {
    check(newMost);
    lock.lock();
    try {
      most = newMost;
      letThrough();
    } finally {
      lock.unlock();
    }
  }

  int weight(String queue) {
    return share(queue).account.weight();
  }

  void weight(String queue, int weight) {
    if (weight < 1) {
      throw new IllegalArgumentException(
          "the weight of queue '" + queue + "' must be at least 1, is " + weight);
    }
    share(queue).account.weight(weight);
  }

  int running() {
    int sum = 0;
    for (Share share : shares.values()) {
      sum += share.running.get();
    }
    return sum;
  }

  int running(String queue) {
    return share(queue).running.get();
  }

  int waiting(String queue) {
    lock.lock();
    try {
      return share(queue).waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Permit take(Ask ask) throws InterruptedException {
    Share share = share(ask.queue());
    if (most == null) {
      share.running.incrementAndGet();
      return () -> ended(share);
    }
    lock.lock();
    try {
      Waiter waiter = new Waiter(lock.newCondition());
      share.waiting.addLast(waiter);
      letThrough();
      await(share, waiter);
      long start = ticks.getAsLong();
      return () -> ended(share, waiter.charged, ticks.getAsLong() - start);
    } finally {
      lock.unlock();
    }
  }

  private void await(Share share, Waiter waiter) throws InterruptedException {
    try {
      while (!waiter.may) {
        waiter.granted.await();
      }
    } catch (InterruptedException e) {
      if (waiter.may) {
        share.running.decrementAndGet();
        letThrough();
      }
      share.waiting.remove(waiter);
      throw e;
    }
  }

  private void letThrough() {
    Integer limit;
    while ((limit = most) == null || running() < limit) {
      Share next = next();
      if (next == null) {
        return;
      }
      next.running.incrementAndGet();
      Waiter waiter = next.waiting.removeFirst();
      waiter.charged = order.begins(next.account);
      waiter.may = true;
      waiter.granted.signal();
    }
  }

  private @Nullable Share next() {
    Share lowest = null;
    for (Share share : shares.values()) {
      if (!share.waiting.isEmpty()
          && (lowest == null || order.before(share.account, lowest.account))) {
        lowest = share;
      }
    }
    return lowest;
  }

  private void ended(Share share) {
    share.running.decrementAndGet();
    if (most != null) {
      lock.lock();
      try {
        letThrough();
      } finally {
        lock.unlock();
      }
    }
  }

  private void ended(Share share, double charged, long nanos) {
    lock.lock();
    try {
      share.running.decrementAndGet();
      order.ended(share.account, charged, nanos);
      letThrough();
    } finally {
      lock.unlock();
    }
  }

  private Share share(String queue) {
    Share found = byName.get(queue);
    if (found != null) {
      return found;
    }
    String whole = OrderPartitions.queueOf(queue);
    Share share = shares.computeIfAbsent(whole == null ? queue : whole, name -> new Share());
    byName.put(queue, share);
    return share;
  }
}
