package dev.sluice.worker;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.keys.DatabaseKeys;
import dev.sluice.keys.Generations;
import dev.sluice.keys.KeyName;
import dev.sluice.keys.KeyRows;
import dev.sluice.keys.KeyStore;
import dev.sluice.keys.KeyStoreUnavailable;
import dev.sluice.message.Headers;
import dev.sluice.message.TaskMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of exclusive tasks, as the worker sees them: a task that another one replaced takes no
 * effect, and a key is freed when its task is settled for good.
 *
 * <p>Threading: stateless.
 */
final class ExclusiveKeys {
  private static final Logger log = LoggerFactory.getLogger(ExclusiveKeys.class);

  private final @Nullable DataSource database;
  private final List<KeyStore> stores = new ArrayList<>();

  /** Keys in the worker's main database, if it has one, and in a store, if it has one. */
  ExclusiveKeys(WorkerOptions options) {
    this(options.dataSource().orElse(null), options.keys());
  }

  private ExclusiveKeys(@Nullable DataSource database, Optional<KeyStore> keys) {
    this.database = database;
    if (database != null) {
      stores.add(new DatabaseKeys(database));
    }
    keys.ifPresent(stores::add);
  }

  /** For a database in whose transactions no keys are settled. */
  static ExclusiveKeys none() {
    return new ExclusiveKeys(null, Optional.empty());
  }

  /** Why a task that has not started must not: another one replaced it. Null when it may. */
  @Nullable String superseded(TaskMessage task) throws SQLException {
    if (database == null || !numbered(task)) {
      return null;
    }
    try (Connection connection = database.getConnection()) {
      return superseded(task, connection);
    }
  }

  /** As {@link #superseded(TaskMessage)}, on a connection that is at hand. */
  @Nullable String superseded(TaskMessage task, Connection connection) throws SQLException {
    KeyName key = key(task);
    return key == null || database == null || !numbered(task)
        ? null
        : why(Generations.newest(connection, key), generation(task));
  }

  /**
   * Settles a task's key in the transaction of its effect.
   *
   * @return why the effect must not be committed: another task replaced this one. Null when it may
   */
  @Nullable String settleWithin(Connection transaction, TaskMessage task) throws SQLException {
    KeyName key = key(task);
    if (key == null || database == null) {
      return null;
    }
    if (numbered(task)) {
      long generation = generation(task);
      return why(Generations.settle(transaction, key, generation), generation);
    }
    try {
      KeyRows.release(transaction, key, task.id());
    } catch (SQLException e) {
      if (SqlErrors.classify(e) != SqlErrorClass.LOCK_TIMEOUT) {
        throw e;
      }
      // Whoever locks the row is being told that this task stands; freed once it is settled.
    }
    return null;
  }

  /** Frees the key of a task whose delivery was settled, unless there is more to come of it. */
  void settled(Attempt attempt, Settlement done) {
    TaskMessage task = attempt.taskOrNull();
    if (task == null || !done.last() || numbered(task)) {
      return;
    }
    KeyName key = key(task);
    if (key == null) {
      return;
    }
    for (KeyStore store : stores) {
      try {
        store.release(key, task.id());
      } catch (KeyStoreUnavailable e) {
        log.warn(
            "The key of task {} {} stays held until its time to live is over: {}",
            task.task(),
            task.id(),
            e.getMessage());
      }
    }
  }

  private static @Nullable String why(Generations.@Nullable Newest newest, long generation) {
    return newest == null || newest.generation() <= generation
        ? null
        : "superseded by task " + newest.taskId();
  }

  private static @Nullable KeyName key(TaskMessage task) {
    return task.headers().get(Headers.EXCLUSIVE) instanceof String key
        ? KeyName.exclusive(task.task(), key)
        : null;
  }

  private static boolean numbered(TaskMessage task) {
    return task.headers().get(Headers.GENERATION) instanceof Number;
  }

  private static long generation(TaskMessage task) {
    return task.headers().get(Headers.GENERATION) instanceof Number number ? number.longValue() : 0;
  }
}
