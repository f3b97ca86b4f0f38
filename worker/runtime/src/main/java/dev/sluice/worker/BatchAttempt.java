package dev.sluice.worker;

import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.governor.NotPermitted;
import dev.sluice.worker.governor.RowPermit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a batch until something is decided about each of its tasks. A batch that fails is cut in
 * half, and in half again, until the task that is to blame stands alone.
 *
 * <p>Threading: for the slot's thread alone.
 */
final class BatchAttempt {
  private static final String UNKNOWN = "nobody knows whether its batch was committed: ";
  private static final int PAUSE_MILLIS = 20;

  /** How often the same tasks are run again at once because of locks. */
  private static final int TRIES = 5;

  /** As {@link #TRIES}, for all parts of a batch: each may have waited 5 s for a lock. */
  private static final int TRIES_IN_ALL = 10;

  /** What is done in a transaction. */
  private interface Work {
    void run(BatchTransaction batch, WorkerTransaction transaction) throws Exception;
  }

  private final Wiring wiring;
  private final Verdicts verdicts;
  private final Registration.Batch<?> handler;
  private final WorkerDatabase database;
  private final RowPermit rows;
  private List<BatchTask> batch = List.of();
  private boolean paid = true;
  private int quickTries;
  private @Nullable String away;

  BatchAttempt(Wiring wiring, Registration.Batch<?> handler, RowPermit rows) {
    this.wiring = wiring;
    verdicts = wiring.verdicts();
    this.handler = handler;
    database = wiring.database(handler.type());
    this.rows = rows;
  }

  /** Decides about each of the tasks. What it throws leaves some undecided. */
  void run(List<BatchTask> tasks) throws InterruptedException, NotPermitted {
    Map<InboxKey, BatchTask> firsts = new HashMap<>();
    List<BatchTask> copies = new ArrayList<>();
    for (BatchTask task : tasks) {
      if (firsts.putIfAbsent(task.key(), task) != null) {
        copies.add(task);
      }
    }
    List<BatchTask> distinct = new ArrayList<>(firsts.values());
    distinct.sort(BatchTask.BY_KEY);
    batch = distinct;
    refuseOld(distinct);
    Throwable failure = apply(distinct);
    if (failure != null) {
      bisect(distinct, failure);
    }
    settleRefused(distinct);
    copies.forEach(copy -> settleCopy(copy, Objects.requireNonNull(firsts.get(copy.key()))));
  }

  private void refuseOld(List<BatchTask> tasks) {
    for (BatchTask task : tasks) {
      Attempt attempt = task.attempt();
      Settlement tooOld = database.transactions().tooOld(attempt);
      if (tooOld != null) {
        task.settle(tooOld);
      }
    }
  }

  /** Cuts tasks that failed together in half until those that are to blame stand alone. */
  private void bisect(List<BatchTask> failed, Throwable failure)
      throws InterruptedException, NotPermitted {
    List<BatchTask> tasks = open(failed);
    if (tasks.size() < 2) {
      tasks.forEach(task -> task.settle(verdicts.thrown(task.attempt(), failure)));
      return;
    }
    List<BatchTask> left = tasks.subList(0, tasks.size() / 2);
    List<BatchTask> right = tasks.subList(tasks.size() / 2, tasks.size());
    Throwable leftFailure = apply(left);
    Throwable rightFailure = apply(right);
    if (leftFailure != null && rightFailure != null && schemaFails(leftFailure, rightFailure)) {
      // No task is to blame: 500 of them would be 999 transactions.
      String why = "the statement does not fit the schema: " + leftFailure.getMessage();
      database.governor().stop(handler.type().name(), why);
      putOff(tasks, why);
      return;
    }
    if (leftFailure != null) {
      bisect(left, leftFailure);
    }
    if (rightFailure != null) {
      bisect(right, rightFailure);
    }
  }

  /**
   * Runs transactions until something is decided about each of the tasks.
   *
   * @return what those that are open failed with; null when none is
   */
  private @Nullable Throwable apply(List<BatchTask> tasks)
      throws InterruptedException, NotPermitted {
    return repeat(tasks, BatchTask::open, BatchTransaction::apply);
  }

  private void settleRefused(List<BatchTask> tasks) throws InterruptedException, NotPermitted {
    List<BatchTask> discarded =
        tasks.stream().filter(task -> task.refusal() instanceof Outcome.Discarded).toList();
    Throwable failure =
        repeat(discarded, task -> task.settlement() == null, BatchTransaction::discard);
    if (failure != null) {
      discarded.forEach(task -> task.settleOpen(attempt -> verdicts.thrown(attempt, failure)));
    }
    for (BatchTask task : tasks) {
      Outcome refusal = task.refusal();
      if (refusal != null) {
        task.settleOpen(attempt -> verdicts.of(attempt, refusal, List.of()));
      }
    }
  }

  private @Nullable Throwable repeat(List<BatchTask> all, Predicate<BatchTask> undecided, Work work)
      throws InterruptedException, NotPermitted {
    Throwable failure = null;
    for (int tries = 1; ; ) {
      endCut(failure);
      List<BatchTask> tasks = all.stream().filter(undecided).toList();
      if (away != null) {
        putOff(tasks, away);
        return null;
      }
      if (tasks.isEmpty()) {
        return null;
      }
      if (!pay(tasks.size())) {
        continue;
      }
      BatchTransaction transaction = new BatchTransaction(wiring, database, handler, tasks);
      failure = once(transaction, tasks, work);
      if (failure == null || endCut(failure)) {
        continue;
      }
      away = transaction.unknown() ? UNKNOWN + failure.getMessage() : Infrastructure.away(failure);
      database.governor().failed(failure);
      if (away != null) {
        continue;
      }
      if (tries++ == TRIES || !isLock(failure) || ++quickTries > TRIES_IN_ALL) {
        return failure;
      }
      pause(tries);
    }
  }

  /** Pays for one transaction; false when some tasks were ended by force meanwhile. */
  private boolean pay(int tasks) throws InterruptedException, NotPermitted {
    try {
      // The first is paid for by the admission.
      if (!paid) {
        rows.again(database.governor().expectedRows(handler.type().name(), tasks));
      }
      paid = false;
      return true;
    } catch (InterruptedException e) {
      throwUnlessCut(e);
      return false;
    }
  }

  private void pause(int tries) throws InterruptedException {
    try {
      Thread.sleep(1 + wiring.options().random().nextLong((long) PAUSE_MILLIS * tries));
    } catch (InterruptedException e) {
      throwUnlessCut(e);
    }
  }

  private void throwUnlessCut(InterruptedException e) throws InterruptedException {
    if (!endCut(e)) {
      throw e;
    }
  }

  /** Returns with what it failed with; null when it came to its end, committed or not. */
  private @Nullable Throwable once(BatchTransaction batch, List<BatchTask> tasks, Work work) {
    try (WorkerTransaction transaction = WorkerTransaction.begin(database, rows)) {
      try {
        for (BatchTask task : tasks) {
          task.attempt().together(tasks.size());
          task.attempt().using(transaction.connection());
        }
        work.run(batch, transaction);
      } finally {
        tasks.forEach(task -> task.attempt().done());
      }
      return null;
    } catch (Throwable thrown) {
      // Whatever a handler throws, an error too, is the failure of its tasks.
      return thrown;
    }
  }

  /** Decides about tasks that were ended by force; whether there are any. */
  private boolean endCut(@Nullable Throwable last) {
    boolean any = false;
    for (BatchTask task : batch) {
      Attempt attempt = task.attempt();
      if (task.settlement() == null && attempt.cut() != null) {
        attempt.end(wiring.options().ticks().getAsLong());
        task.settle(verdicts.ended(attempt, last));
        any = true;
      }
    }
    if (any) {
      // It was meant for those: the others go on.
      Thread.interrupted();
    }
    return any;
  }

  private void putOff(List<BatchTask> tasks, String why) {
    tasks.forEach(task -> task.settleOpen(attempt -> verdicts.putOff(attempt, why)));
  }

  private void settleCopy(BatchTask copy, BatchTask first) {
    Settlement settled = first.settlement();
    if (settled instanceof Settlement.Revoked) {
      copy.settle(settled);
    } else if (settled instanceof Settlement.Completed
        || settled instanceof Settlement.Duplicate
        || settled instanceof Settlement.Discarded) {
      copy.settle(new Settlement.Duplicate());
    } else {
      copy.settle(verdicts.notNow(copy.attempt(), "another delivery of it was in its batch"));
    }
  }

  private static List<BatchTask> open(List<BatchTask> tasks) {
    return tasks.stream().filter(BatchTask::open).toList();
  }

  private static boolean isLock(Throwable failure) {
    SQLException sql = Infrastructure.sql(failure);
    if (sql == null) {
      return false;
    }
    SqlErrorClass found = SqlErrors.classify(sql);
    return found == SqlErrorClass.DEADLOCK || found == SqlErrorClass.LOCK_TIMEOUT;
  }

  /** Whether both halves met the same error of a statement that does not fit the schema. */
  private static boolean schemaFails(Throwable left, Throwable right) {
    SQLException one = Infrastructure.sql(left);
    SQLException other = Infrastructure.sql(right);
    return one != null
        && other != null
        && one.getErrorCode() == other.getErrorCode()
        && SqlErrors.classify(one) == SqlErrorClass.SCHEMA
        && SqlErrors.classify(other) == SqlErrorClass.SCHEMA;
  }
}
