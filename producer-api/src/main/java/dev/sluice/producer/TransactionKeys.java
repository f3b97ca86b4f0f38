package dev.sluice.producer;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.keys.Claim;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.Generations;
import dev.sluice.keys.Holding;
import dev.sluice.keys.KeyRows;
import dev.sluice.keys.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes keys in the transaction that a task is enqueued in: a rollback leaves them to others.
 *
 * <p>Threading: stateless.
 */
final class TransactionKeys {
  private final boolean inDatabase;
  private final InstantSource clock;

  /**
   * Keys in transactions.
   *
   * @param store where else the keys are held; null for the database alone
   */
  TransactionKeys(@Nullable KeyStore store, InstantSource clock) {
    inDatabase = store == null || store instanceof DatabaseKeys;
    this.clock = clock;
  }

  /**
   * What becomes of a task.
   *
   * @param message what is to be inserted into the outbox; null when another task stands
   */
  record Placed(TaskHandle handle, @Nullable RoutedMessage message) {

    RoutedMessage routed() {
      return Objects.requireNonNull(message, "another task stands");
    }
  }

  /** Takes a task's key, if it has one. */
  Placed place(Connection transaction, NewTask task) throws SQLException {
    TaskKey key = task.key();
    return key == null ? fresh(task) : place(transaction, task, key);
  }

  /** Takes a task's key. */
  Placed place(Connection transaction, NewTask task, TaskKey key) throws SQLException {
    return switch (key.kind()) {
      // Another store would not hear of a rollback; the inbox refuses a second effect anyway.
      case ONCE -> inDatabase ? held(transaction, task, key) : fresh(task);
      case DROP -> {
        requireDatabase(task);
        yield held(transaction, task, key);
      }
      case REPLACE -> newest(transaction, task, key);
    };
  }

  private Placed held(Connection transaction, NewTask task, TaskKey key) throws SQLException {
    Claim claim = key.claim(task, clock.instant());
    Holding holding = KeyRows.takeWithin(transaction, key.name(), claim);
    if (key.kind() == TaskKey.Kind.ONCE && !holding.samePayload(claim)) {
      throw new KeyConflict(task.taskId(), task.taskName());
    }
    if (holding.taken()) {
      return fresh(task);
    }
    TaskHandle handle = new TaskHandle(holding.taskId(), false);
    if (holding.confirmed()) {
      return new Placed(handle, null);
    }
    // Its enqueue is under way or crashed; to wait for it here would be to hold its row.
    KeyRows.confirm(transaction, key.name(), holding.taskId());
    return new Placed(handle, task.under(holding.taskId()).routed());
  }

  private Placed newest(Connection transaction, NewTask task, TaskKey key) throws SQLException {
    Instant now = clock.instant();
    Instant eta = task.routed().eta();
    long generation =
        Generations.raise(transaction, key.name(), task.taskId(), now, eta == null ? now : eta);
    return fresh(task.ofGeneration(generation));
  }

  private void requireDatabase(NewTask task) {
    if (!inDatabase) {
      throw new IllegalStateException(
          "task "
              + task.taskName()
              + " is exclusive, and its key is not in the database, so that a rollback would not"
              + " free it; set ProducerOptions.keys to new DatabaseKeys(…), or enqueue the task"
              + " outside of the transaction");
    }
  }

  private static Placed fresh(NewTask task) {
    return new Placed(TaskHandle.of(task), task.routed());
  }
}
