package dev.sluice.producer;

import dev.sluice.broker.Broker;
import dev.sluice.broker.BrokerException;
import dev.sluice.broker.DeclaredQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes new tasks at once; the broker's confirm is the promise.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class BrokerIntake implements Intake {
  private static final Logger log = LoggerFactory.getLogger(BrokerIntake.class);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final Broker broker;
  private final DeclaredQueues queues;
  private final Duration flushTimeout;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * An intake on a broker, which stays the caller's to close.
   *
   * @param flushTimeout how long a close waits for confirms
   */
  BrokerIntake(Broker broker, DeclaredQueues queues, Duration flushTimeout) {
    this.broker = broker;
    this.queues = queues;
    this.flushTimeout = flushTimeout;
  }

  @Override
  public CompletableFuture<Void> take(NewTask task) {
    CompletableFuture<Void> confirm;
    open.incrementAndGet();
    try {
      queues.ensure(task.queue());
      confirm = broker.publish(task.route(), task.message());
    } catch (BrokerException e) {
      confirm = CompletableFuture.failedFuture(e);
    } catch (RuntimeException | Error e) {
      open.decrementAndGet();
      throw e;
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

  /** Waits a bounded time for the confirms of what was published. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + flushTimeout.toNanos();
    while (open.get() > 0
        && System.nanoTime() - deadline < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
    if (open.get() > 0) {
      log.warn(
          "{} tasks have no confirm yet: those who wait for them are told that their outcome is"
              + " unknown",
          open.get());
    }
  }

  private static BrokerException.@Nullable Unavailable unavailable(CompletableFuture<Void> failed) {
    Throwable reason = unwrapped(failed.handle((ok, failure) -> failure).join());
    return reason instanceof BrokerUnavailable
            && reason.getCause() instanceof BrokerException.Unavailable away
        ? away
        : null;
  }

  private @Nullable Void explained(NewTask task, @Nullable Throwable failure) {
    open.decrementAndGet();
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
