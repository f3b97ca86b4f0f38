package dev.sluice.producer;

import dev.sluice.spool.Spool;
import dev.sluice.spool.SpoolException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends new tasks to the local log; its relay publishes them.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class SpoolIntake implements Intake {
  private static final CompletableFuture<Void> STORED = CompletableFuture.completedFuture(null);

  private final Spool spool;

  /** An intake on a spool, which it closes. */
  SpoolIntake(Spool spool) {
    this.spool = spool;
  }

  @Override
  public CompletableFuture<Void> take(NewTask task) {
    try {
      spool.append(task.routed());
      return STORED;
    } catch (SpoolException e) {
      return CompletableFuture.failedFuture(explanation(task, e));
    }
  }

  @Override
  public List<CompletableFuture<Void>> takeAll(List<NewTask> tasks) {
    return tasks.stream().map(this::take).toList();
  }

  @Override
  public void close() {
    spool.close();
  }

  private static EnqueueException explanation(NewTask task, SpoolException e) {
    if (e instanceof SpoolException.Full full) {
      return new SpoolFull(task.taskId(), task.taskName(), full);
    }
    if (e instanceof SpoolException.Failed failed) {
      return new SpoolFailed(task.taskId(), task.taskName(), failed);
    }
    return new EnqueueUnknown(task.taskId(), task.taskName(), e);
  }
}
