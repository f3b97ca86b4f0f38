package dev.sluice.broker.memory;

import dev.sluice.message.Headers;
import dev.sluice.message.IsoTime;
import dev.sluice.message.Message;
import dev.sluice.topology.DelayLadder;
import dev.sluice.topology.Topology;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their time, the earliest first.
 *
 * <p>Threading: guarded by the broker's lock.
 */
final class MemoryLadder {
  private final Topology topology;
  private final Queue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparing(Waiting::due).thenComparing(Waiting::order));
  private long order;

  /** A message that waits. */
  record Waiting(Instant due, long order, String queue, long seconds, Message message) {}

  MemoryLadder(Topology topology) {
    this.topology = topology;
  }

  /** Lets a message wait for {@code seconds} from {@code now}. */
  void add(String queue, Instant eta, long seconds, Instant now, Message message) {
    Message waits = message.withHeaders(Map.of(Headers.WAITED, IsoTime.format(eta)));
    waiting.add(new Waiting(now.plusSeconds(seconds), order++, queue, seconds, waits));
  }

  /** When the next message is due; null when none waits. */
  @Nullable Instant nextDue() {
    Waiting next = waiting.peek();
    return next == null ? null : next.due();
  }

  /** Takes the next message out if it is due by {@code now}; null when none is. */
  @Nullable Waiting takeDue(Instant now) {
    Waiting next = waiting.peek();
    return next == null || next.due().isAfter(now) ? null : waiting.remove();
  }

  /**
   * The message of a queue that does not exist, with what RabbitMQ says of it: the lowest level it
   * waited in, and the routing key that names the queue.
   */
  Message unrouted(Waiting waited) {
    int level = Long.numberOfTrailingZeros(waited.seconds());
    Map<String, Object> death =
        Map.of(
            "reason", "expired",
            "queue", topology.delayLevel(level),
            "exchange", topology.delayLevel(level),
            "routing-keys", List.of(DelayLadder.routingKey(waited.seconds(), waited.queue())),
            "count", 1L,
            "time", waited.due());
    return waited.message().withHeaders(Map.of("x-death", List.of(death)));
  }
}
