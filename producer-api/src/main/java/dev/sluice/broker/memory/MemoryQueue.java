package dev.sluice.broker.memory;

import dev.sluice.message.Message;
import dev.sluice.topology.QueueSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One queue: messages that wait, and who consumes it.
 *
 * <p>Threading: guarded by the broker's lock.
 */
final class MemoryQueue {
  final String name;
  final Deque<Stored> ready = new ArrayDeque<>();
  final List<MemoryConsumer> consumers = new ArrayList<>();
  final boolean singleActive;
  boolean deleted;

  /** Whether the queue is in the broker's list of queues to look at. */
  boolean listed;

  private int turn;

  MemoryQueue(QueueSpec spec) {
    this(spec.name(), spec.profile().singleActiveConsumer());
  }

  private MemoryQueue(String name, boolean singleActive) {
    this.name = name;
    this.singleActive = singleActive;
  }

  /** A queue declared like this one. */
  MemoryQueue empty() {
    return new MemoryQueue(name, singleActive);
  }

  /** A message, how often it was handed over and not acknowledged, and since when it is here. */
  record Stored(Message message, long deliveryCount, Instant since) {}

  /**
   * The next hand-over, consumers in turn unless one alone is active; null when nothing waits or
   * nobody has room.
   */
  @Nullable MemoryDelivery next() {
    if (ready.isEmpty()) {
      return null;
    }
    if (singleActive) {
      // The one that has consumed for longest.
      return !consumers.isEmpty() && consumers.get(0).hasRoom()
          ? consumers.get(0).take(ready.remove())
          : null;
    }
    for (int i = 0; i < consumers.size(); i++) {
      MemoryConsumer consumer = consumers.get(Math.floorMod(turn++, consumers.size()));
      if (consumer.hasRoom()) {
        return consumer.take(ready.remove());
      }
    }
    return null;
  }
}
