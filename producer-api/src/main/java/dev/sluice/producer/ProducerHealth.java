package dev.sluice.producer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a producer is.
 *
 * @param accepting whether a task would be stored now: it is open and, without a spool, the broker
 *     takes messages
 * @param connected whether the broker is connected; false too where there is none
 * @param blocked whether the broker has stopped publishers, for lack of memory or disk
 * @param unconfirmed messages published and not confirmed yet
 * @param spool what lies in the spool; null when there is none
 * @param outbox what lay in the outbox some seconds ago; null when this producer relays none, or
 *     the database does not answer
 * @param fullQueues the queues whose limits are reached, each with the figure
 * @param detail one sentence for a person
 */
public record ProducerHealth(
    boolean accepting,
    boolean connected,
    boolean blocked,
    int unconfirmed,
    @Nullable Waiting spool,
    @Nullable Waiting outbox,
    List<String> fullQueues,
    String detail) {

  public ProducerHealth {
    fullQueues = List.copyOf(fullQueues);
  }

  /**
   * What waits to be published.
   *
   * @param messages how many
   * @param oldest when the oldest of them was stored; null when none waits
   * @param parked messages set aside until an operator releases them
   */
  public record Waiting(long messages, @Nullable Instant oldest, long parked) {}
}
