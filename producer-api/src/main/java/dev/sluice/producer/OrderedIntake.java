package dev.sluice.producer;

import dev.sluice.message.Headers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order of tasks with an order key on their way to a broker: each is published once the
 * one before it is confirmed, for a connection that breaks may lose the first of two and not the
 * second. When one is not confirmed, those that wait behind it are refused.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class OrderedIntake implements Intake {
  private static final int MOST_UNCONFIRMED = 10_000;

  private final Intake intake;
  private final Duration patience;
  private final Semaphore room = new Semaphore(MOST_UNCONFIRMED);

  /** What waits for the task of its key that is under way; guarded by itself. */
  private final Map<String, Deque<Waiting>> underWay = new HashMap<>();

  private record Waiting(NewTask task, CompletableFuture<Void> stored) {
    Waiting(NewTask task) {
      this(task, new CompletableFuture<>());
    }
  }

  /**
   * An intake in front of another, which it closes.
   *
   * @param patience how long a call waits while 10,000 tasks with order keys are unconfirmed
   */
  OrderedIntake(Intake intake, Duration patience) {
    this.intake = intake;
    this.patience = patience;
  }

  @Override
  public CompletableFuture<Void> take(NewTask task) {
    String key = key(task);
    if (key == null) {
      return intake.take(task);
    }
    Waiting waiting = new Waiting(task);
    if (!entered()) {
      return CompletableFuture.failedFuture(
          new BrokerUnavailable(
              task.taskId(),
              task.taskName(),
              new IllegalStateException(
                  MOST_UNCONFIRMED + " tasks with order keys are unconfirmed")));
    }
    waiting.stored().whenComplete((ok, failure) -> room.release());
    if (isFirst(key, waiting)) {
      follow(key, publish(waiting));
    }
    return waiting.stored();
  }

  @Override
  public List<CompletableFuture<Void>> takeAll(List<NewTask> tasks) {
    List<Waiting> firsts = new ArrayList<>(tasks.size());
    List<CompletableFuture<Void>> results = new ArrayList<>(tasks.size());
    for (NewTask task : tasks) {
      Waiting waiting = new Waiting(task);
      results.add(waiting.stored());
      String key = key(task);
      if (key == null || isFirst(key, waiting)) {
        firsts.add(waiting);
      }
    }
    List<CompletableFuture<Void>> taken;
    try {
      taken = intake.takeAll(firsts.stream().map(Waiting::task).toList());
    } catch (RuntimeException | Error e) {
      // Nothing is under way: who waits behind these must hear of it, and the keys are free again.
      firsts.forEach(first -> refused(first, e));
      throw e;
    }
    for (int i = 0; i < firsts.size(); i++) {
      Waiting first = firsts.get(i);
      CompletableFuture<Void> stored = told(first, taken.get(i));
      String key = key(first.task());
      if (key != null) {
        follow(key, stored);
      }
    }
    return results;
  }

  private void refused(Waiting first, Throwable why) {
    CompletableFuture<Void> failed = told(first, CompletableFuture.failedFuture(why));
    String key = key(first.task());
    if (key != null) {
      follow(key, failed);
    }
  }

  @Override
  public void close() {
    intake.close();
  }

  private boolean entered() {
    try {
      return room.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether nothing of the key is under way; otherwise the task waits from now on. */
  private boolean isFirst(String key, Waiting task) {
    synchronized (underWay) {
      Deque<Waiting> behind = underWay.get(key);
      if (behind != null) {
        behind.add(task);
        return false;
      }
      underWay.put(key, new ArrayDeque<>(0));
      return true;
    }
  }

  private CompletableFuture<Void> publish(Waiting waiting) {
    try {
      return told(waiting, intake.take(waiting.task()));
    } catch (RuntimeException | Error e) {
      return told(waiting, CompletableFuture.failedFuture(e));
    }
  }

  private static CompletableFuture<Void> told(Waiting waiting, CompletableFuture<Void> stored) {
    stored.whenComplete(
        (ok, failure) -> {
          if (failure == null) {
            waiting.stored().complete(null);
          } else {
            waiting.stored().completeExceptionally(unwrapped(failure));
          }
        });
    return stored;
  }

  /** Publishes the rest of a key, each once {@code stored}, the one before it, is confirmed. */
  private void follow(String key, CompletableFuture<Void> stored) {
    CompletableFuture<Void> before = stored;
    while (before.isDone()) {
      Throwable failure = before.handle((ok, thrown) -> thrown).join();
      if (failure != null) {
        refuseRest(key, unwrapped(failure));
        return;
      }
      Waiting next = next(key);
      if (next == null) {
        return;
      }
      before = publish(next);
    }
    CompletableFuture<Void> last = before;
    last.whenComplete((ok, failure) -> follow(key, last));
  }

  private @Nullable Waiting next(String key) {
    synchronized (underWay) {
      Deque<Waiting> behind = underWay.get(key);
      Waiting next = behind == null ? null : behind.poll();
      if (next == null) {
        underWay.remove(key);
      }
      return next;
    }
  }

  private void refuseRest(String key, Throwable failure) {
    Deque<Waiting> behind;
    synchronized (underWay) {
      behind = underWay.remove(key);
    }
    if (behind == null) {
      return;
    }
    for (Waiting waiting : behind) {
      NewTask task = waiting.task();
      waiting
          .stored()
          .completeExceptionally(new EarlierNotStored(task.taskId(), task.taskName(), failure));
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static @Nullable String key(NewTask task) {
    return task.message().headers().get(Headers.ORDER_KEY) instanceof String key
        ? task.queue() + '\n' + key
        : null;
  }
}
