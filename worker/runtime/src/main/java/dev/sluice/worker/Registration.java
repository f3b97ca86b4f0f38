package dev.sluice.worker;

import dev.sluice.task.TaskType;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
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

  /** What reads the arguments; null when they fill the payload's components by name. */
  default @Nullable PayloadReader<P> reader() {
    return null;
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
    @Override
    @SuppressWarnings("unchecked")
    public @Nullable PayloadReader<P> reader() {
      return handler instanceof PayloadReader<?> reader ? (PayloadReader<P>) reader : null;
    }

    BatchOutcome handle(
        List<Attempt> attempts, List<? extends TaskContext> contexts, Connection connection)
        throws Exception {
      List<BatchItem<P>> items = new ArrayList<>(attempts.size());
      for (int i = 0; i < attempts.size(); i++) {
        P payload = type.payload().cast(attempts.get(i).payload());
        items.add(new BatchItem<>(payload, contexts.get(i)));
      }
      return Objects.requireNonNull(
          handler.handle(Collections.unmodifiableList(items), connection),
          "the handler returned null; return BatchOutcome.completed() instead");
    }
  }
}
