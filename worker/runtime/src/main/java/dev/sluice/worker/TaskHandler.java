package dev.sluice.worker;

/**
 * User code for one task type. It runs <em>at least once</em>: after a crash, a lost connection or
 * a lost confirm it may run again for a task that it has completed. Write it so that a second run
 * does no harm, or use a {@link TransactionalHandler}.
 *
 * <p>Threading: called by as many threads as the worker's concurrency.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface TaskHandler<P extends Record> {
  Outcome handle(P payload, TaskContext task) throws Exception;
}
