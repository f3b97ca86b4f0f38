package dev.sluice.worker;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One transaction for some tasks of a batch: their inbox rows first, then the handler's writes,
 * their follow-up tasks and keys. It commits for all of them or for none.
 *
 * <p>Threading: for the slot's thread alone.
 */
final class BatchTransaction {
  private final Wiring wiring;
  private final WorkerDatabase database;
  private final Registration.Batch<?> handler;
  private final List<BatchTask> tasks;
  private boolean committing;
  private boolean committed;

  BatchTransaction(
      Wiring wiring,
      WorkerDatabase database,
      Registration.Batch<?> handler,
      List<BatchTask> tasks) {
    this.wiring = wiring;
    this.database = database;
    this.handler = handler;
    this.tasks = tasks;
  }

  /** Whether it failed at a moment at which nobody can tell if it is committed. */
  boolean unknown() {
    return committing && !committed;
  }

  /**
   * Applies the tasks. Without a commit it decides about some, and the others are to be applied
   * without them. Returns with the transaction committed or rolled back; throws with it open.
   */
  void apply(WorkerTransaction transaction) throws Exception {
    if (!claim(transaction, InboxKind.DONE) || superseded(transaction)) {
      return;
    }
    List<RoutedMessage> followUps = new ArrayList<>();
    BatchOutcome outcome = handle(transaction, followUps);
    if (refused(outcome)) {
      transaction.rollback();
      return;
    }
    if (!followUps.isEmpty()) {
      transaction.rows().add(followUps.size());
      wiring.outbox().insert(transaction.connection(), followUps);
    }
    if (!settleKeys(transaction)) {
      transaction.rollback();
      return;
    }
    commit(transaction);
    if (!followUps.isEmpty()) {
      database.nudgeRelay();
    }
    for (BatchTask task : tasks) {
      Outcome completed = outcome.of(task.attempt().task().id());
      task.settle(wiring.verdicts().of(task.attempt(), completed, List.of()));
    }
  }

  /** Records that the tasks were dropped for good. */
  void discard(WorkerTransaction transaction) throws SQLException {
    if (claim(transaction, InboxKind.DISCARDED)) {
      commit(transaction);
      for (BatchTask task : tasks) {
        task.settle(new Settlement.Discarded(((Outcome.Discarded) task.refusal()).reason()));
      }
    }
  }

  /** Inserts the inbox rows; false when some are there already, or may be soon. */
  private boolean claim(WorkerTransaction transaction, InboxKind kind) throws SQLException {
    List<InboxKey> keys = tasks.stream().map(BatchTask::key).toList();
    transaction.rows().add(keys.size());
    try {
      wiring.inboxRows().insert(transaction.connection(), keys, kind);
      return true;
    } catch (SQLException e) {
      switch (SqlErrors.classify(e)) {
        case DUPLICATE_KEY -> {
          transaction.rollback();
          if (!dropKnown(wiring.inboxRows().find(transaction.connection(), keys))) {
            throw e;
          }
          transaction.rollback();
        }
        case LOCK_TIMEOUT -> {
          transaction.rollback();
          for (BatchTask task : tasks) {
            String why = "another delivery of it, or of a task of its batch, is being run";
            task.settle(wiring.verdicts().notNow(task.attempt(), why));
          }
        }
        default -> throw e;
      }
      return false;
    }
  }

  private boolean dropKnown(Map<InboxKey, InboxKind> known) {
    for (BatchTask task : tasks) {
      InboxKind kind = known.get(task.key());
      if (kind != null) {
        task.settle(
            kind == InboxKind.REVOKED ? new Settlement.Revoked() : new Settlement.Duplicate());
      }
    }
    return !known.isEmpty();
  }

  /** Whether other tasks took the place of some; if so, the transaction is rolled back. */
  private boolean superseded(WorkerTransaction transaction) throws SQLException {
    boolean any = false;
    for (BatchTask task : tasks) {
      String why = database.keys().superseded(task.attempt().task(), transaction.connection());
      if (why != null) {
        task.refused(Outcome.discarded(why));
        any = true;
      }
    }
    if (any) {
      transaction.rollback();
    }
    return any;
  }

  private BatchOutcome handle(WorkerTransaction transaction, List<RoutedMessage> followUps)
      throws Exception {
    List<Attempt> attempts = tasks.stream().map(BatchTask::attempt).toList();
    List<AttemptContext> contexts = attempts.stream().map(wiring::context).toList();
    try (GuardedConnection guarded =
        new GuardedConnection(transaction.connection(), transaction.rows())) {
      BatchOutcome outcome = handler.handle(attempts, contexts, guarded.connection());
      guarded.throwIfRolledBack();
      contexts.forEach(context -> followUps.addAll(context.rows()));
      return outcome;
    } finally {
      contexts.forEach(AttemptContext::close);
    }
  }

  /** Whether some tasks have an outcome that is not completed. */
  private boolean refused(BatchOutcome outcome) {
    if (outcome.exceptions().isEmpty()) {
      return false;
    }
    Set<String> ids =
        tasks.stream().map(task -> task.attempt().task().id()).collect(Collectors.toSet());
    for (String id : outcome.exceptions().keySet()) {
      if (!ids.contains(id)) {
        throw new IllegalStateException(
            "the handler returned an outcome for task " + id + ", which is not in its batch");
      }
    }
    boolean any = false;
    for (BatchTask task : tasks) {
      Outcome own = outcome.of(task.attempt().task().id());
      if (!(own instanceof Outcome.Completed)) {
        task.refused(own);
        any = true;
      }
    }
    return any;
  }

  /** Settles the tasks' keys; false when some must not be applied, or not now. */
  private boolean settleKeys(WorkerTransaction transaction) throws SQLException {
    for (BatchTask task : tasks) {
      try {
        String why = database.keys().settleWithin(transaction.connection(), task.attempt().task());
        if (why != null) {
          task.refused(Outcome.discarded(why));
          return false;
        }
      } catch (SQLException e) {
        if (SqlErrors.classify(e) != SqlErrorClass.LOCK_TIMEOUT) {
          throw e;
        }
        String why = "a task that replaces it is being enqueued";
        task.settle(wiring.verdicts().notNow(task.attempt(), why));
        return false;
      }
    }
    return true;
  }

  private void commit(WorkerTransaction transaction) throws SQLException {
    committing = true;
    try {
      transaction.commit();
    } catch (SQLException e) {
      // Only this tells for certain that nothing was committed.
      committing = SqlErrors.classify(e) != SqlErrorClass.DEADLOCK;
      throw e;
    }
    committed = true;
  }
}
