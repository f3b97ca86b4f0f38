package dev.sluice.worker;

import java.sql.Connection;

/**
 * User code for one task type whose database writes are applied <em>effectively once</em>: the
 * task's inbox row commits in the same transaction, so that a second delivery finds it and changes
 * nothing. Follow-up tasks leave through the outbox in the same transaction.
 *
 * <p>The worker commits when the outcome is {@link Outcome.Completed} and rolls back otherwise. The
 * connection refuses {@code commit}, {@code rollback}, {@code close} and {@code setAutoCommit}.
 *
 * <p>Threading: called by as many threads as the worker's concurrency.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface TransactionalHandler<P extends Record> {
  Outcome handle(P payload, TaskContext task, Connection connection) throws Exception;
}
