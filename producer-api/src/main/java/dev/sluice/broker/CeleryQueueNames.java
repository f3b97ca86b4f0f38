package dev.sluice.broker;

import dev.sluice.topology.QueueSpec;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queues of a broker that are bound to Celery's delivery exchange, where {@code #.orders} also
 * matches {@code high.orders}.
 *
 * <p>Threading: every method may be called by any thread.
 */
public final class CeleryQueueNames {
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /**
   * Takes the name of a queue that is shared with Celery; any other is ignored.
   *
   * @throws IllegalArgumentException when delayed messages of one queue would reach another too
   */
  public void add(QueueSpec queue) {
    if (!queue.profile().sharedWithCelery() || names.contains(queue.name())) {
      return;
    }
    for (String other : names) {
      if (other.endsWith("." + queue.name()) || queue.name().endsWith("." + other)) {
        throw new IllegalArgumentException(
            "queues '%s' and '%s' cannot both be shared with Celery: on Celery's delay ladder a"
                    .formatted(queue.name(), other)
                + " delayed message for the longer name reaches the shorter as well; rename one,"
                + " or give it the profile quorum or classic");
      }
    }
    names.add(queue.name());
  }
}
