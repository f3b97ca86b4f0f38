package dev.sluice.worker;

import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The handlers of a worker by task name, former names included. Frozen when the worker starts. */
final class HandlerTable {
  private final Map<String, Registration<?>> byName = new TreeMap<>();
  private final Set<String> databases;

  HandlerTable(Set<String> databases) {
    this.databases = databases;
  }

  void add(Registration<?> registration) {
    TaskType<?> type = registration.type();
    String database = registration.database();
    if (database != null && !databases.contains(database)) {
      throw new IllegalArgumentException(
          type
              + " writes to database '"
              + database
              + "' and the worker has "
              + (databases.isEmpty() ? "none" : databases)
              + "; give it that data source");
    }
    refuseSecond(type.name());
    type.formerNames().forEach(this::refuseSecond);
    byName.put(type.name(), registration);
    type.formerNames().forEach(former -> byName.put(former, registration));
  }

  @Nullable Registration<?> find(String taskName) {
    return byName.get(taskName);
  }

  Set<String> names() {
    return Set.copyOf(byName.keySet());
  }

  Collection<Registration<?>> all() {
    return byName.values();
  }

  /** Tasks of the largest batch that a type of this queue may have; 0 when none is batched. */
  int largestBatch(String queue) {
    int largest = 0;
    for (Registration<?> registration : byName.values()) {
      if (registration instanceof Registration.Batch<?> batch
          && batch.type().queue().equals(queue)) {
        largest = Math.max(largest, batch.options().size());
      }
    }
    return largest;
  }

  /** Refuses hard time limits after which the broker would have taken the delivery back. */
  void checkLimits(Duration consumerTimeout) {
    for (Registration<?> registration : byName.values()) {
      checkLimit(
          registration.type().toString(), registration.type().timeLimits().hard(), consumerTimeout);
    }
  }

  static void checkLimit(String what, @Nullable Duration hard, Duration consumerTimeout) {
    if (hard != null && hard.compareTo(consumerTimeout) > 0) {
      throw new IllegalArgumentException(
          what
              + ": hard time limit "
              + hard
              + " is above the broker's consumer timeout of "
              + consumerTimeout
              + ", after which the broker hands the task to somebody else; lower the limit, cut the"
              + " task into follow-up tasks, or raise consumer_timeout in rabbitmq.conf and the"
              + " worker's consumerTimeout");
    }
  }

  private void refuseSecond(String name) {
    if (byName.containsKey(name)) {
      throw new IllegalArgumentException("task '" + name + "' has a handler already");
    }
  }
}
