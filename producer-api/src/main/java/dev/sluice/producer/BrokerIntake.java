package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes new tasks at once; the broker's confirm is the promise.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class BrokerIntake implements Intake {
  private final Broker broker;
  private final DeclaredQueues queues;

  /** An intake on a broker, which stays the caller's to close. */
  BrokerIntake(Broker broker, DeclaredQueues queues) {
    this.broker = broker;
    this.queues = queues;
  }

  @Override
  public CompletableFuture<Void> take(NewTask task) {
    CompletableFuture<Void> confirm;
    try {
      queues.ensure(task.queue());
      confirm = broker.publish(task.route(), task.message());
    } catch (BrokerException e) {
      confirm = CompletableFuture.failedFuture(e);
    }
    return confirm.handle((ok, failure) -> explained(task, failure));
  }

  /** Publishes until the broker is found away: each further try would wait for it once more. */
  @Override
  public List<CompletableFuture<Void>> takeAll(List<NewTask> tasks) {
    List<CompletableFuture<Void>> confirms = new ArrayList<>(tasks.size());
    BrokerException.@Nullable Unavailable away = null;
    for (NewTask task : tasks) {
      CompletableFuture<Void> confirm =
          away == null
              ? take(task)
              : CompletableFuture.failedFuture(
                  new BrokerUnavailable(task.taskId(), task.taskName(), away));
      confirms.add(confirm);
      if (away == null && confirm.isCompletedExceptionally()) {
        away = unavailable(confirm);
      }
    }
    return confirms;
  }

  @Override
  public void close() {}

  private static BrokerException.@Nullable Unavailable unavailable(CompletableFuture<Void> failed) {
    Throwable reason = unwrapped(failed.handle((ok, failure) -> failure).join());
    return reason instanceof BrokerUnavailable
            && reason.getCause() instanceof BrokerException.Unavailable away
        ? away
        : null;
  }

  private @Nullable Void explained(NewTask task, @Nullable Throwable failure) {
    if (failure != null) {
      throw explanation(task, unwrapped(failure));
    }
    return null;
  }

  private EnqueueException explanation(NewTask task, Throwable cause) {
    if (cause instanceof BrokerException.Unroutable) {
      queues.forget(task.queue());
      return new TaskUnroutable(task.taskId(), task.taskName(), task.queue(), cause);
    }
    if (cause instanceof BrokerException.Refused) {
      return new TaskRefused(task.taskId(), task.taskName(), task.queue(), cause);
    }
    if (cause instanceof BrokerException.Unavailable) {
      return new BrokerUnavailable(task.taskId(), task.taskName(), cause);
    }
    return new EnqueueUnknown(task.taskId(), task.taskName(), cause);
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
