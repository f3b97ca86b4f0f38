package dev.sluice.worker;

import java.sql.Connection;
import java.util.List;

/**
 * User code for one task type that applies many tasks in one transaction. Effectively once: the
 * inbox rows of all of them commit with its writes.
 *
 * <p>A batch whose handler throws is cut in half and tried again, until the task that is to blame
 * stands alone and only that one fails.
 *
 * <p>Threading: called by several slots at a time.
 */
@FunctionalInterface
public interface BatchHandler<P extends Record> {

  /**
   * Applies the tasks.
   *
   * @param batch at least one task, no task twice; in the order of their inbox keys, which is about
   *     the order in which they were enqueued
   * @param transaction the worker's transaction, which it ends itself; use multi-row statements
   * @return what became of each of them; unless all are completed, the transaction is rolled back
   *     and the completed ones alone are handed over again
   */
  BatchOutcome handle(List<BatchItem<P>> batch, Connection transaction) throws Exception;
}
