package dev.sluice.worker;

import dev.sluice.task.TaskType;
import java.sql.Connection;

/** A task type and its handler: one of two kinds. */
sealed interface Registration<P extends Record> {

  TaskType<P> type();

  /** A handler that runs at least once. */
  record Plain<P extends Record>(TaskType<P> type, TaskHandler<P> handler)
      implements Registration<P> {
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
}
