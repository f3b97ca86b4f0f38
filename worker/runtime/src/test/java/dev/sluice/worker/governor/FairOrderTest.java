package dev.sluice.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots of a worker on a clock that jumps from event to event. */
class FairOrderTest {
  private static final long SECOND = 1_000_000_000L;

  private final FairOrder order = new FairOrder();
  private final List<Queue> queues = new ArrayList<>();
  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparingLong(Running::end));
  private long now;

  private record Running(Queue queue, double charged, long start, long end) {}

  private static final class Queue {
    final FairOrder.Account account = new FairOrder.Account();
    final long meanNanos;
    long waiting;
    long nanos;
    long started;

    Queue(int weight, long meanNanos) {
      account.weight(weight);
      this.meanNanos = meanNanos;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void flooded_queues_get_slots_by_their_weights_however_long_their_tasks_take(long seed) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(12);
    int weights = 0;
    for (int i = 0; i < 2 + random.nextInt(3); i++) {
      Queue queue = flooded(1 + random.nextInt(8), (1 + random.nextInt(50)) * 1_000_000L);
      weights += queue.account.weight();
    }
    run(slots, 2000 * SECOND, random);
    long all = queues.stream().mapToLong(queue -> queue.nanos).sum();
    for (Queue queue : queues) {
      double due = queue.account.weight() / (double) weights;
      assertThat(queue.nanos / (double) all)
          .as("%s slots, weight %s of %s", slots, queue.account.weight(), weights)
          .isBetween(due * 0.95, due * 1.05);
    }
  }

  @Test
  void a_queue_without_work_gives_its_share_away_and_saves_nothing_up() {
    Queue bulk = flooded(1, 10_000_000);
    Queue interactive = new Queue(1, 10_000_000);
    queues.add(interactive);
    Random random = new Random(3);
    run(4, 100 * SECOND, random);
    assertThat(bulk.nanos).isGreaterThan(399 * SECOND);

    interactive.waiting = Long.MAX_VALUE;
    long bulkBefore = bulk.nanos;
    run(4, 10 * SECOND, random);

    assertThat((double) (bulk.nanos - bulkBefore)).isBetween(19.0 * SECOND, 21.0 * SECOND);
  }

  @Test
  void a_task_of_a_quiet_queue_is_next_before_the_thousands_of_a_flooded_one() {
    Queue bulk = flooded(1, 10_000_000);
    Queue interactive = new Queue(1, 1_000_000);
    queues.add(interactive);
    Random random = new Random(4);
    for (int i = 0; i < 1000; i++) {
      run(2, SECOND / 10, random);
      long before = bulk.started;
      interactive.waiting = 1;
      while (interactive.waiting > 0) {
        step(2, random);
      }
      assertThat(bulk.started - before).as("tasks that overtook it").isLessThanOrEqualTo(1);
    }
  }

  @Test
  void tasks_that_take_no_time_alternate() {
    Queue one = flooded(1, 0);
    Queue two = flooded(1, 0);
    for (int i = 0; i < 1000; i++) {
      step(1, new Random(1));
    }
    assertThat(one.started - two.started).isBetween(-1L, 1L);
  }

  private Queue flooded(int weight, long meanNanos) {
    Queue queue = new Queue(weight, meanNanos);
    queue.waiting = Long.MAX_VALUE;
    queues.add(queue);
    return queue;
  }

  private void run(int slots, long nanos, Random random) {
    for (long end = now + nanos; now < end; ) {
      step(slots, random);
    }
  }

  /** Fills the slots, then lets the attempt end that ends first. */
  private void step(int slots, Random random) {
    while (running.size() < slots) {
      Queue next = null;
      for (Queue queue : queues) {
        if (queue.waiting > 0 && (next == null || order.before(queue.account, next.account))) {
          next = queue;
        }
      }
      if (next == null) {
        break;
      }
      next.waiting -= next.waiting == Long.MAX_VALUE ? 0 : 1;
      next.started++;
      long takes = (long) (next.meanNanos * (0.5 + random.nextDouble()));
      running.add(new Running(next, order.begins(next.account), now, now + takes));
    }
    Running first = running.remove();
    now = first.end();
    first.queue().nanos += first.end() - first.start();
    order.ended(first.queue().account, first.charged(), first.end() - first.start());
  }
}
