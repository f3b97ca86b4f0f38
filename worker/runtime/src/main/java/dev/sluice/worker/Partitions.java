package dev.sluice.worker;

import dev.sluice.broker.Broker;
import dev.sluice.broker.Delivery;
import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import dev.sluice.worker.order.OrderRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The partition queues of one queue, whose deliveries run in the queue's slots.
 *
 * <p>Threading: started by one thread; then every method may be called by any.
 */
final class Partitions {
  private final QueueSpec queue;
  private final int prefetch;
  private final @Nullable OrderRows rows;
  private final Runnable outboxNudge;
  private final List<Partition> all = new ArrayList<>();

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

  void start(Broker broker, Consumer<Delivery> slots) {
    if (rows == null) {
      return;
    }
    int each = Math.max(1, prefetch / OrderPartitions.COUNT);
    for (String name : OrderPartitions.all(queue.name())) {
      QueueSpec spec = OrderPartitions.spec(name, queue);
      all.add(new Partition(spec, each, rows, outboxNudge, broker, slots));
    }
    all.forEach(Partition::start);
  }

  /** Whether the broker knows every one as consumed by this worker, actively or not. */
  boolean consuming() {
    return all.stream().allMatch(Partition::consuming);
  }

  /** Deliveries that wait behind others of their keys. */
  int waiting() {
    return all.stream().mapToInt(Partition::waiting).sum();
  }

  void stopTaking() {
    all.forEach(Partition::stopTaking);
  }

  void close() {
    all.forEach(Partition::close);
  }
}
