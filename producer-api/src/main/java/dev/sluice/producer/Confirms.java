package dev.sluice.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits a bounded time until tasks are stored. */
final class Confirms {

  private Confirms() {}

  /**
   * Waits for one.
   *
   * @throws EnqueueUnknown when it is not known in time whether it is stored
   * @throws EnqueueException when it is not stored
   */
  static TaskHandle await(NewTask task, CompletableFuture<TaskHandle> stored, long nanos) {
    try {
      return stored.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EnqueueException failure) {
        throw failure;
      }
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e.getCause());
    } catch (TimeoutException e) {
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnqueueUnknown(task.taskId(), task.taskName(), e);
    }
  }

  /**
   * Waits for all of them together.
   *
   * @throws EnqueueIncomplete when some are not stored; says which
   */
  static List<TaskHandle> await(
      List<NewTask> tasks, List<CompletableFuture<TaskHandle>> stored, Duration timeout) {
    List<TaskHandle> accepted = new ArrayList<>(tasks.size());
    Map<String, EnqueueException> failed = new LinkedHashMap<>();
    Map<String, EnqueueUnknown> unknown = new LinkedHashMap<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int i = 0; i < tasks.size(); i++) {
      try {
        accepted.add(await(tasks.get(i), stored.get(i), deadline - System.nanoTime()));
      } catch (EnqueueUnknown e) {
        unknown.put(e.taskId(), e);
      } catch (EnqueueException e) {
        failed.put(e.taskId(), e);
      }
    }
    if (accepted.size() < tasks.size()) {
      throw new EnqueueIncomplete(accepted, failed, unknown);
    }
    return accepted;
  }
}
