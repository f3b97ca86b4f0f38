package dev.sluice.worker.sql;

import dev.sluice.task.RetryPolicy;
import dev.sluice.task.TaskType;
import dev.sluice.worker.BatchOptions;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An SQL task as it is configured.
 *
 * @param name the task's name on the wire
 * @param statement one INSERT, UPDATE or DELETE with parameters {@code :name}
 * @param parameters what they are, in the order of positional arguments
 * @param queue default {@value TaskType#DEFAULT_QUEUE}
 * @param database the database's name; default {@value TaskType#MAIN_DATABASE}
 * @param batch how tasks are collected
 * @param guard the column of the version guard; null for none
 * @param merge whether tasks of a batch that add to the same counters are written as one
 * @param retry what follows a failed attempt
 */
public record SqlTaskOptions(
    String name,
    String statement,
    List<SqlParameter> parameters,
    String queue,
    String database,
    BatchOptions batch,
    @Nullable String guard,
    boolean merge,
    RetryPolicy retry) {

  public SqlTaskOptions {
    parameters = List.copyOf(parameters);
  }

  /** With every default. */
  public static SqlTaskOptions of(String name, String statement, SqlParameter... parameters) {
    return new SqlTaskOptions(
        name,
        statement,
        List.of(parameters),
        TaskType.DEFAULT_QUEUE,
        TaskType.MAIN_DATABASE,
        BatchOptions.DEFAULTS,
        null,
        false,
        RetryPolicy.DEFAULT);
  }

  public SqlTaskOptions queue(String newQueue) {
    return with(draft -> draft.queue = newQueue);
  }

  public SqlTaskOptions database(String newDatabase) {
    return with(draft -> draft.database = newDatabase);
  }

  public SqlTaskOptions batch(BatchOptions newBatch) {
    return with(draft -> draft.batch = newBatch);
  }

  public SqlTaskOptions guard(@Nullable String newGuard) {
    return with(draft -> draft.guard = newGuard);
  }

  public SqlTaskOptions merge(boolean newMerge) {
    return with(draft -> draft.merge = newMerge);
  }

  public SqlTaskOptions retry(RetryPolicy newRetry) {
    return with(draft -> draft.retry = newRetry);
  }

  private SqlTaskOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new SqlTaskOptions(
        name,
        statement,
        parameters,
        draft.queue,
        draft.database,
        draft.batch,
        draft.guard,
        draft.merge,
        draft.retry);
  }

  private static final class Draft {
    private String queue;
    private String database;
    private BatchOptions batch;
    private @Nullable String guard;
    private boolean merge;
    private RetryPolicy retry;

    private Draft(SqlTaskOptions from) {
      queue = from.queue;
      database = from.database;
      batch = from.batch;
      guard = from.guard;
      merge = from.merge;
      retry = from.retry;
    }
  }
}
