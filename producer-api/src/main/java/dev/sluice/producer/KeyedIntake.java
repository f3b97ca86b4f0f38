package dev.sluice.producer;

import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.KeyStoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an intake store a task unless another one stands for its key.
 *
 * <p>The key is taken before the task is stored and confirmed afterwards. A key that stays
 * unconfirmed belongs to an enqueue that is under way, or that crashed: a newcomer waits a little,
 * then stores its task under the holder's id, so that neither is lost and the inbox sees one.
 *
 * <p>Threading: safe for use by any number of threads.
 */
final class KeyedIntake implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyedIntake.class);
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 10;
  // Who enqueues once can do without a store that is away, and need not wait for it each time.
  private static final long AVOID_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration FIRST_LOOK = Duration.ofMillis(2);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

  private final Intake intake;
  private final ProducerOptions options;
  private final @Nullable KeyStore store;
  private final @Nullable ReplacingIntake replacing;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile long awaySince;
  // The broker's threads bring the confirms, and must not wait for a store. Never shut down: what
  // was sent before a close is confirmed after it; idle threads end by themselves.
  private final Executor after = threads();

  /**
   * An intake in front of another, which it closes.
   *
   * @param replacing where tasks go that replace another; null when there is no database
   */
  KeyedIntake(Intake intake, ProducerOptions options, @Nullable ReplacingIntake replacing) {
    this.intake = intake;
    this.options = options;
    this.replacing = replacing;
    store =
        options.keys() == null && options.outbox() != null
            ? new DatabaseKeys(options.outbox())
            : options.keys();
  }

  /**
   * Stores a task, unless another one stands for its key.
   *
   * @return the task that stands; fails with an {@link EnqueueException}
   */
  CompletableFuture<TaskHandle> take(NewTask task) {
    TaskKey key = task.key();
    return key == null ? stored(task, intake.take(task)) : take(task, key);
  }

  /**
   * As {@link #take} for each task.
   *
   * @throws IllegalStateException before any is stored, when one cannot take its key
   */
  List<CompletableFuture<TaskHandle>> takeAll(List<NewTask> tasks) {
    for (NewTask task : tasks) {
      TaskKey key = task.key();
      if (key != null && key.kind() == TaskKey.Kind.DROP) {
        dropping();
      } else if (key != null && key.kind() == TaskKey.Kind.REPLACE) {
        replacing(task);
      }
    }
    List<NewTask> free = tasks.stream().filter(task -> task.key() == null).toList();
    List<CompletableFuture<Void>> taken = free.isEmpty() ? List.of() : intake.takeAll(free);
    List<CompletableFuture<TaskHandle>> handles = new ArrayList<>(tasks.size());
    int next = 0;
    for (NewTask task : tasks) {
      TaskKey key = task.key();
      handles.add(key == null ? stored(task, taken.get(next++)) : take(task, key));
    }
    return handles;
  }

  @Override
  public void close() {
    intake.close();
  }

  private CompletableFuture<TaskHandle> take(NewTask task, TaskKey key) {
    try {
      return switch (key.kind()) {
        case ONCE -> once(task, key);
        case DROP -> drop(task, key);
        case REPLACE -> CompletableFuture.completedFuture(replacing(task).take(task, key));
      };
    } catch (EnqueueException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<TaskHandle> once(NewTask task, TaskKey key) {
    if (store == null || (away.get() && System.nanoTime() - awaySince < AVOID_NANOS)) {
      return stored(task, intake.take(task));
    }
    Claim claim = key.claim(task, options.clock().instant());
    Holding holding;
    try {
      holding = holding(store, key, claim);
      away.set(false);
    } catch (KeyStoreUnavailable e) {
      avoid(e);
      return stored(task, intake.take(task));
    }
    if (!holding.samePayload(claim)) {
      throw new KeyConflict(task.taskId(), task.taskName());
    }
    return settled(store, task, key, holding);
  }

  private CompletableFuture<TaskHandle> drop(NewTask task, TaskKey key) {
    KeyStore keys = dropping();
    try {
      Claim claim = key.claim(task, options.clock().instant());
      return settled(keys, task, key, holding(keys, key, claim));
    } catch (KeyStoreUnavailable e) {
      throw new KeyUnavailable(task.taskId(), task.taskName(), String.valueOf(e.getMessage()), e);
    }
  }

  private void avoid(KeyStoreUnavailable e) {
    awaySince = System.nanoTime();
    if (!away.getAndSet(true)) {
      log.warn(
          "Tasks that are enqueued once may be sent twice for now; the inbox refuses a second"
              + " effect: {}",
          e.getMessage());
    }
  }

  /** Takes the key; waits while another enqueue that has it may still be under way. */
  private Holding holding(KeyStore keys, TaskKey key, Claim claim) {
    long start = System.nanoTime();
    Duration look = FIRST_LOOK;
    while (true) {
      Holding holding = keys.take(key.name(), claim);
      Duration age = Duration.between(holding.since(), options.clock().instant());
      if (holding.taken()
          || holding.confirmed()
          || (key.repeated() && holding.taskId().equals(claim.taskId()))
          || age.compareTo(options.confirmTimeout()) >= 0
          || System.nanoTime() - start >= options.confirmTimeout().toNanos()
          || Thread.currentThread().isInterrupted()) {
        return holding;
      }
      LockSupport.parkNanos(look.toNanos());
      look = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
    }
  }

  private CompletableFuture<TaskHandle> settled(
      KeyStore keys, NewTask task, TaskKey key, Holding holding) {
    TaskHandle handle = new TaskHandle(holding.taskId(), holding.taken());
    if (holding.confirmed()) {
      return CompletableFuture.completedFuture(handle);
    }
    return intake
        .take(task.under(holding.taskId()))
        .handleAsync(
            (ok, failure) -> {
              if (failure == null) {
                quietly(() -> keys.confirm(key.name(), holding.taskId()));
                return handle;
              }
              if (holding.taken() && notStored(failure)) {
                quietly(() -> keys.giveUp(key.name(), holding.taskId()));
              }
              throw failure instanceof CompletionException known
                  ? known
                  : new CompletionException(failure);
            },
            after);
  }

  private KeyStore dropping() {
    if (store == null) {
      throw new IllegalStateException(
          "an exclusive task needs to know who holds its key; set ProducerOptions.keys to"
              + " RedisKeys.open(…) or new DatabaseKeys(…)");
    }
    return store;
  }

  private ReplacingIntake replacing(NewTask task) {
    if (replacing == null) {
      throw new IllegalStateException(
          "task "
              + task.taskName()
              + " replaces another, which takes one transaction for its key and its message; set"
              + " ProducerOptions.outbox, or enqueue it in a transaction");
    }
    return replacing;
  }

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "sluice-keys");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static CompletableFuture<TaskHandle> stored(NewTask task, CompletableFuture<Void> taken) {
    return taken.thenApply(ok -> TaskHandle.of(task));
  }

  private static boolean notStored(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof EnqueueException && !(cause instanceof EnqueueUnknown);
  }

  /** What was stored stands: a newcomer will find the key unconfirmed, and act upon that. */
  private static void quietly(Runnable step) {
    try {
      step.run();
    } catch (KeyStoreUnavailable e) {
      log.warn("{}", Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }
}
