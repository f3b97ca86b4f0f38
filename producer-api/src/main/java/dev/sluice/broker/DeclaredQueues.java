package dev.sluice.broker;

import dev.sluice.topology.OrderPartitions;
import dev.sluice.topology.QueueSpec;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Declares each queue before the first message to it, so that none is lost for want of a worker
 * that declared it.
 *
 * <p>Threading: safe for use by any number of threads.
 */
public final class DeclaredQueues {
  private final Broker broker;
  private final Function<String, QueueSpec> specs;
  private final Set<String> declared = ConcurrentHashMap.newKeySet();

  /**
   * Remembers what is declared on a broker.
   *
   * @param specs how a queue is declared, by its name on the broker
   */
  public DeclaredQueues(Broker broker, Function<String, QueueSpec> specs) {
    this.broker = broker;
    this.specs = specs;
  }

  /**
   * Declares the queue unless that was done before.
   *
   * @throws BrokerException.Unavailable when the broker cannot be reached in time
   */
  public void ensure(String queue) {
    if (!declared.contains(queue)) {
      broker.declare(spec(queue));
      declared.add(queue);
    }
  }

  /** The queue is gone: it is declared again before the next message. */
  public void forget(String queue) {
    declared.remove(queue);
  }

  private QueueSpec spec(String queue) {
    String whole = OrderPartitions.queueOf(queue);
    return whole == null ? specs.apply(queue) : OrderPartitions.spec(queue, specs.apply(whole));
  }
}
