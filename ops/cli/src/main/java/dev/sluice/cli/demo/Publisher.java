package dev.sluice.cli.demo;

import dev.sluice.cli.CommandFailed;
import dev.sluice.producer.EnqueueException;
import dev.sluice.producer.EnqueueIncomplete;
import dev.sluice.producer.EnqueueOptions;
import dev.sluice.producer.EnqueueRequest;
import dev.sluice.producer.Producer;
import dev.sluice.producer.TaskHandle;
import dev.sluice.task.TaskType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Enqueues tasks as a careful application does: what was refused or is unknown is tried again with
 * the same task id, until the broker has confirmed it. Writes the ledger.
 */
final class Publisher {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Producer producer;
  private final Ledger ledger;

  Publisher(Producer producer, Ledger ledger) {
    this.producer = producer;
    this.ledger = ledger;
  }

  static <P extends Record> EnqueueRequest<P> request(TaskType<P> type, P payload, String taskId) {
    return new EnqueueRequest<>(type, payload, EnqueueOptions.DEFAULTS.taskId(taskId));
  }

  /**
   * Returns when every task is accepted.
   *
   * @param tasks each with its task id
   * @throws CommandFailed when the broker does not take them for two minutes
   */
  void publish(List<EnqueueRequest<?>> tasks) throws InterruptedException {
    List<EnqueueRequest<?>> left = new ArrayList<>(tasks);
    left.forEach(task -> ledger.attempted(id(task)));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        ids(producer.enqueueAll(left)).forEach(ledger::accepted);
        return;
      } catch (EnqueueIncomplete e) {
        Set<String> accepted = ids(e.accepted());
        accepted.forEach(ledger::accepted);
        left.removeIf(task -> accepted.contains(id(task)));
        giveUpAfter(deadline, e);
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  private static Set<String> ids(List<TaskHandle> handles) {
    return handles.stream().map(TaskHandle::taskId).collect(Collectors.toSet());
  }

  private static void giveUpAfter(long deadline, EnqueueException e) {
    if (System.nanoTime() > deadline) {
      throw new CommandFailed(
          "the broker did not take the posts for "
              + PATIENCE.toMinutes()
              + " minutes: "
              + e.getMessage(),
          e);
    }
  }

  private static String id(EnqueueRequest<?> task) {
    String id = task.options().taskId();
    if (id == null) {
      throw new IllegalArgumentException("every task of the demo has an id");
    }
    return id;
  }
}
