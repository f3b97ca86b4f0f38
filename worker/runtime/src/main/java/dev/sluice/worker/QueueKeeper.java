package dev.sluice.worker;

import dev.sluice.loop.Loop;
import dev.sluice.task.TaskType;
import dev.sluice.topology.Topology;
import dev.sluice.worker.governor.DatabaseGovernor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which queues are consumed, and how many deliveries each may hold. A queue is paused while
 * the main database is away, or that of every task type which belongs to it; then it starts with
 * few deliveries. At all times it holds no more than is done in a minute.
 *
 * <p>Threading: {@link #runOnce} by one thread, {@link #pause} by any.
 */
final class QueueKeeper implements Loop {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final List<QueueConsumer> consumers;
  private final Wiring wiring;
  private final LongSupplier ticks;
  private final Topology topology;
  private final Map<QueueConsumer, PrefetchPace> paces = new HashMap<>();

  QueueKeeper(List<QueueConsumer> consumers, Wiring wiring) {
    this.consumers = consumers;
    this.wiring = wiring;
    ticks = wiring.options().ticks();
    topology = wiring.options().broker().topology();
  }

  @Override
  public Duration runOnce() {
    consumers.forEach(this::keep);
    return LOOK;
  }

  /**
   * Pauses a queue if what it needs is away.
   *
   * @param queue its name on the broker
   * @return whether it is paused, which holds from now on
   */
  boolean pause(String queue) {
    String why = away(queue);
    if (why == null) {
      return false;
    }
    for (QueueConsumer consumer : consumers) {
      if (consumer.queue().equals(queue)) {
        consumer.pause(why);
      }
    }
    return true;
  }

  private void keep(QueueConsumer consumer) {
    if (pause(consumer.queue())) {
      paces.remove(consumer);
      return;
    }
    long now = ticks.getAsLong();
    PrefetchPace pace =
        paces.computeIfAbsent(consumer, one -> new PrefetchPace(one.fullPrefetch(), now));
    PrefetchPace.Look look =
        new PrefetchPace.Look(
            consumer.prefetch(),
            consumer.acked(),
            consumer.held(),
            consumer.running().size(),
            ramp(consumer.queue()));
    consumer.resume(pace.wanted(look, now));
  }

  /** How many transactions may run at a time on what the queue's tasks write to. */
  private int ramp(String queue) {
    int least = Integer.MAX_VALUE;
    for (WorkerDatabase database : wiring.databases()) {
      DatabaseGovernor governor = database.governor();
      boolean needed =
          governor.name().equals(TaskType.MAIN_DATABASE) || needed(queue, governor.name());
      // Of one that is away the queue's other tasks need nothing.
      if (needed && !governor.away()) {
        least = Math.min(least, Math.max(1, governor.ramp()));
      }
    }
    return least;
  }

  private boolean needed(String queue, String database) {
    return wiring.handlers().all().stream()
        .anyMatch(handler -> belongs(handler, queue) && database.equals(handler.database()));
  }

  /** Why nothing of a queue can be done; null when something can. */
  private @Nullable String away(String queue) {
    String reason = null;
    for (WorkerDatabase database : wiring.databases()) {
      DatabaseGovernor governor = database.governor();
      if (governor.away() && governor.name().equals(TaskType.MAIN_DATABASE)) {
        return "database '" + governor.name() + "' is away";
      }
      reason = governor.away() ? "database '" + governor.name() + "' is away" : reason;
    }
    return reason != null && allAway(queue) ? reason : null;
  }

  private boolean allAway(String queue) {
    boolean any = false;
    for (Registration<?> handler : wiring.handlers().all()) {
      if (belongs(handler, queue)) {
        any = true;
        String database = handler.database();
        if (database == null || !wiring.database(database).governor().away()) {
          return false;
        }
      }
    }
    return any;
  }

  private boolean belongs(Registration<?> handler, String queue) {
    return topology.queue(handler.type().queue()).equals(queue);
  }
}
