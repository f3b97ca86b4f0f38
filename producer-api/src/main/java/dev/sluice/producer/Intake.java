package dev.sluice.producer;

import dev.sluice.producer.ProducerHealth.Waiting;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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

  /** What is stored here and not yet on the broker; null when nothing is stored here. */
  default @Nullable Waiting waiting() {
    return null;
  }

  @Override
  void close();
}
