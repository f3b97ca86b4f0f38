package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.order.OrderRows;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The partition queues of one queue, whose deliveries run in the queue's slots.
 *
 * <p>Threading: every method may be called by any thread.
 */
final class Partitions {
  private final QueueSpec queue;
  private final int prefetch;
  private final @Nullable OrderRows rows;
  private final Runnable outboxNudge;
  private final List<Partition> all = new CopyOnWriteArrayList<>();

  /**
   * Partitions.
   *
   * @param prefetch deliveries that all of them may hold together, 1 each at least
   * @param rows null for a queue whose partitions are not consumed
   */
  Partitions(QueueSpec queue, int prefetch, @Nullable OrderRows rows, Runnable outboxNudge) {
    this.queue = queue;
    this.prefetch = prefetch;
    this.rows = rows;
    this.outboxNudge = outboxNudge;
  }

  /** For a queue whose partitions are not consumed. */
  static Partitions none(QueueSpec queue) {
    return new Partitions(queue, 0, null, () -> {});
  }

  /**
   * Consumes every partition that is not consumed; those that have ended hand over as they close.
   */
  synchronized void open(Broker broker, Consumer<Delivery> slots) {
    if (rows == null) {
      return;
    }
    all.removeIf(Partition::closed);
    Set<String> open = new HashSet<>();
    all.stream().filter(partition -> !partition.ended()).forEach(one -> open.add(one.name()));
    int each = Math.max(1, prefetch / OrderPartitions.COUNT);
    for (String name : OrderPartitions.all(queue.name())) {
      if (!open.contains(name)) {
        Partition partition =
            new Partition(OrderPartitions.spec(name, queue), each, rows, outboxNudge, slots);
        all.add(partition);
        partition.open(broker);
      }
    }
  }

  /** Whether the broker knows every one as consumed by this worker, actively or not. */
  boolean consuming() {
    return rows == null
        || all.stream().filter(Partition::consuming).count() == OrderPartitions.COUNT;
  }

  /** Deliveries that wait behind others of their keys. */
  int waiting() {
    return all.stream().mapToInt(Partition::waiting).sum();
  }

  /** Takes nothing more; each is closed with the last of its deliveries that is under way. */
  synchronized void end() {
    all.forEach(Partition::end);
  }

  /** Gives back what is not settled, in order. */
  synchronized void close() {
    all.forEach(Partition::close);
  }
}
