package dev.sluice.worker;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.DeadReason;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.governor.RowPermit;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a transactional handler: inbox row, the handler's writes and its follow-up tasks commit
 * together or not at all.
 *
 * <p>Threading: stateless.
 */
final class TransactionalAttempt {
  private static final int TRIES = 5;
  private static final int PAUSE_MILLIS = 20;

  private final WorkerDatabase database;
  private final ExclusiveKeys exclusives;
  private final Wiring wiring;
  private final Inbox inbox;

  TransactionalAttempt(WorkerDatabase database, ExclusiveKeys exclusives, Wiring wiring) {
    this.database = database;
    this.exclusives = exclusives;
    this.wiring = wiring;
    inbox = wiring.inbox();
  }

  /** One attempt; a transaction that loses a deadlock is run again, five times in all. */
  Settlement run(Attempt attempt, Registration.Transactional<?> handler) throws Exception {
    Settlement tooOld = tooOld(attempt);
    if (tooOld != null) {
      return tooOld;
    }
    RowPermit permit = attempt.admission().rows();
    for (int tries = 1; ; tries++) {
      try (WorkerTransaction transaction = WorkerTransaction.begin(database, permit)) {
        return once(attempt, handler, transaction);
      } catch (Exception e) {
        database.governor().failed(e);
        if (tries == TRIES || attempt.cut() != null || !isDeadlock(e)) {
          throw e;
        }
      }
      Thread.sleep(1 + wiring.options().random().nextLong((long) PAUSE_MILLIS * tries));
      permit.again(database.governor().expectedRows(handler.type().name(), 1));
    }
  }

  /** What becomes of a task that the inbox may have forgotten; null for any other. */
  @Nullable Settlement tooOld(Attempt attempt) {
    if (!Inbox.tooOld(attempt.task().id(), attempt.received())) {
      return null;
    }
    String why = "its id is older than the inbox remembers, " + Inbox.RETENTION.toDays() + " days";
    return wiring.verdicts().dead(attempt, DeadReason.TOO_OLD, why, null);
  }

  private Settlement once(
      Attempt attempt, Registration.Transactional<?> handler, WorkerTransaction transaction)
      throws Exception {
    try {
      attempt.using(transaction.connection());
      return inTransaction(attempt, handler, transaction);
    } finally {
      attempt.using(null);
    }
  }

  /** Returns with the transaction committed or rolled back; throws with it open. */
  private Settlement inTransaction(
      Attempt attempt, Registration.Transactional<?> handler, WorkerTransaction transaction)
      throws Exception {
    Connection connection = transaction.connection();
    Settlement refused = claim(attempt, transaction);
    if (refused != null) {
      transaction.rollback();
      return refused;
    }
    String superseded = exclusives.superseded(attempt.task(), connection);
    if (superseded != null) {
      return supersede(attempt, superseded, transaction);
    }
    Outcome outcome;
    List<RoutedMessage> followUps;
    try (AttemptContext context = wiring.context(attempt);
        GuardedConnection guarded = new GuardedConnection(connection, transaction.rows())) {
      outcome =
          AttemptContext.checked(handler.handle(attempt.payload(), context, guarded.connection()));
      guarded.throwIfRolledBack();
      followUps = context.rows();
    }
    if (outcome instanceof Outcome.Completed) {
      return commit(attempt, outcome, followUps, transaction);
    }
    transaction.rollback();
    if (outcome instanceof Outcome.Discarded && attempt.cut() == null) {
      return discard(attempt, outcome, transaction);
    }
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  /** Inserts the inbox row; returns what to do when that is refused. */
  private @Nullable Settlement claim(Attempt attempt, WorkerTransaction transaction)
      throws SQLException {
    InboxKey key = InboxKey.of(attempt.task().id());
    try {
      return claimed(key, InboxKind.DONE, transaction)
          ? null
          : known(key, transaction.connection());
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.LOCK_TIMEOUT) {
        return wiring.verdicts().notNow(attempt, "another delivery of it is being run");
      }
      throw e;
    }
  }

  private boolean claimed(InboxKey key, InboxKind kind, WorkerTransaction transaction)
      throws SQLException {
    transaction.rows().add(1);
    return inbox.insert(transaction.connection(), key, kind, null);
  }

  private Settlement known(InboxKey key, Connection connection) throws SQLException {
    Optional<InboxKind> kind = inbox.find(connection, key);
    return kind.isPresent() && kind.get() == InboxKind.REVOKED
        ? new Settlement.Revoked()
        : new Settlement.Duplicate();
  }

  private Settlement commit(
      Attempt attempt,
      Outcome outcome,
      List<RoutedMessage> followUps,
      WorkerTransaction transaction)
      throws SQLException {
    if (!followUps.isEmpty()) {
      transaction.rows().add(followUps.size());
      wiring.outbox().insert(transaction.connection(), followUps);
    }
    String superseded;
    try {
      superseded = exclusives.settleWithin(transaction.counted(), attempt.task());
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.LOCK_TIMEOUT) {
        transaction.rollback();
        return wiring.verdicts().notNow(attempt, "a task that replaces it is being enqueued");
      }
      throw e;
    }
    if (superseded != null) {
      return supersede(attempt, superseded, transaction);
    }
    // If this throws, the outcome is unknown; the copy that is tried later meets the inbox.
    transaction.commit();
    if (!followUps.isEmpty()) {
      database.nudgeRelay();
    }
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  /** Another task of its key took its place: nothing of it is applied, and no copy rises again. */
  private Settlement supersede(Attempt attempt, String why, WorkerTransaction transaction)
      throws SQLException {
    transaction.rollback();
    return discard(attempt, Outcome.discarded(why), transaction);
  }

  private Settlement discard(Attempt attempt, Outcome outcome, WorkerTransaction transaction)
      throws SQLException {
    InboxKey key = InboxKey.of(attempt.task().id());
    if (!claimed(key, InboxKind.DISCARDED, transaction)) {
      Settlement known = known(key, transaction.connection());
      transaction.rollback();
      return known;
    }
    transaction.commit();
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  private static boolean isDeadlock(Exception e) {
    SQLException sql = Infrastructure.sql(e);
    return sql != null && SqlErrors.classify(sql) == SqlErrorClass.DEADLOCK;
  }
}
