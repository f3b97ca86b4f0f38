package dev.sluice.worker.order;

import java.util.Set;

/**
 * The time in which one worker is the active consumer of a partition queue.
 *
 * @param partition the queue's name on the broker
 * @param number one more than that of the term before
 * @param held keys that are not free as it begins
 */
public record Term(String partition, long number, Set<KeyId> held) {

  public Term {
    held = Set.copyOf(held);
  }
}
