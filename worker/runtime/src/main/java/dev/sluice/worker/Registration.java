package dev.sluice.worker;

import dev.sluice.task.TaskType;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** A task type and its handler: one of three kinds. */
sealed interface Registration<P extends Record> {

  TaskType<P> type();

  /** The database that it writes to in the worker's transaction; null for none. */
  default @Nullable String database() {
    return type().database();
  }

  /** Whether the keys of its exclusive tasks are settled in the transaction of their effect. */
  default boolean settlesKeys() {
    return TaskType.MAIN_DATABASE.equals(database());
  }

  /** A handler that runs at least once. */
  record Plain<P extends Record>(TaskType<P> type, TaskHandler<P> handler)
      implements Registration<P> {
    @Override
    public @Nullable String database() {
      return null;
    }

    Outcome handle(Record payload, TaskContext task) throws Exception {
      return handler.handle(type.payload().cast(payload), task);
    }
  }

  /** A handler whose writes are applied effectively once. */
  record Transactional<P extends Record>(TaskType<P> type, TransactionalHandler<P> handler)
      implements Registration<P> {
    Outcome handle(Record payload, TaskContext task, Connection connection) throws Exception {
      return handler.handle(type.payload().cast(payload), task, connection);
    }
  }

  /** A handler that applies many tasks in one transaction. */
  record Batch<P extends Record>(TaskType<P> type, BatchOptions options, BatchHandler<P> handler)
      implements Registration<P> {
    BatchItem<P> item(Record payload, TaskContext task) {
      return new BatchItem<>(type.payload().cast(payload), task);
    }
  }
}
