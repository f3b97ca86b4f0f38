package dev.sluice.producer;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where new tasks are stored: what a producer promises hangs on it. */
interface Intake extends AutoCloseable {

  /**
   * Stores a task.
   *
   * @return completes once it is stored; fails with an {@link EnqueueException}
   */
  CompletableFuture<Void> take(NewTask task);

  /** As {@link #take} for each task; what cannot be tried for want of a broker fails at once. */
  List<CompletableFuture<Void>> takeAll(List<NewTask> tasks);

  @Override
  void close();
}
