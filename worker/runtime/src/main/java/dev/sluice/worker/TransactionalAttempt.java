package dev.sluice.worker;

import dev.sluice.broker.RoutedMessage;
import dev.sluice.database.SqlErrorClass;
import dev.sluice.database.SqlErrors;
import dev.sluice.message.DeadReason;
import dev.sluice.task.InboxKey;
import dev.sluice.worker.inbox.Inbox;
import dev.sluice.worker.inbox.InboxKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a transactional handler: inbox row, the handler's writes and its follow-up tasks commit
 * together or not at all.
 *
 * <p>Threading: stateless.
 */
final class TransactionalAttempt {
  private static final Logger log = LoggerFactory.getLogger(TransactionalAttempt.class);
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
    if (Inbox.tooOld(attempt.task().id(), attempt.received())) {
      String why =
          "its id is older than the inbox remembers, " + Inbox.RETENTION.toDays() + " days";
      return wiring.verdicts().dead(attempt, DeadReason.TOO_OLD, why, null);
    }
    for (int tries = 1; ; tries++) {
      try {
        return once(attempt, handler);
      } catch (Exception e) {
        if (tries == TRIES || attempt.cut() != null || !isDeadlock(e)) {
          throw e;
        }
      }
      Thread.sleep(1 + wiring.options().random().nextLong((long) PAUSE_MILLIS * tries));
    }
  }

  private Settlement once(Attempt attempt, Registration.Transactional<?> handler) throws Exception {
    Connection connection = database.dataSource().getConnection();
    boolean open = true;
    try {
      attempt.using(connection);
      connection.setAutoCommit(false);
      Settlement settlement = inTransaction(attempt, handler, connection);
      open = false;
      return settlement;
    } finally {
      attempt.using(null);
      handBack(connection, open);
    }
  }

  /** Returns with the transaction committed or rolled back; throws with it open. */
  private Settlement inTransaction(
      Attempt attempt, Registration.Transactional<?> handler, Connection connection)
      throws Exception {
    Settlement refused = claim(attempt, connection);
    if (refused != null) {
      connection.rollback();
      return refused;
    }
    String superseded = exclusives.superseded(attempt.task(), connection);
    if (superseded != null) {
      return supersede(attempt, superseded, connection);
    }
    Outcome outcome;
    List<RoutedMessage> followUps;
    try (AttemptContext context = wiring.context(attempt);
        GuardedConnection guarded = new GuardedConnection(connection)) {
      outcome =
          AttemptContext.checked(handler.handle(attempt.payload(), context, guarded.connection()));
      guarded.throwIfRolledBack();
      followUps = context.rows();
    }
    if (outcome instanceof Outcome.Completed) {
      return commit(attempt, outcome, followUps, connection);
    }
    connection.rollback();
    if (outcome instanceof Outcome.Discarded && attempt.cut() == null) {
      return discard(attempt, outcome, connection);
    }
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  /** Inserts the inbox row; returns what to do when that is refused. */
  private @Nullable Settlement claim(Attempt attempt, Connection connection) throws SQLException {
    InboxKey key = InboxKey.of(attempt.task().id());
    try {
      return inbox.insert(connection, key, InboxKind.DONE, null) ? null : known(key, connection);
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.LOCK_TIMEOUT) {
        return wiring.verdicts().notNow(attempt, "another delivery of it is being run");
      }
      throw e;
    }
  }

  private Settlement known(InboxKey key, Connection connection) throws SQLException {
    Optional<InboxKind> kind = inbox.find(connection, key);
    return kind.isPresent() && kind.get() == InboxKind.REVOKED
        ? new Settlement.Revoked()
        : new Settlement.Duplicate();
  }

  private Settlement commit(
      Attempt attempt, Outcome outcome, List<RoutedMessage> followUps, Connection connection)
      throws SQLException {
    if (!followUps.isEmpty()) {
      wiring.outbox().insert(connection, followUps);
    }
    String superseded;
    try {
      superseded = exclusives.settleWithin(connection, attempt.task());
    } catch (SQLException e) {
      if (SqlErrors.classify(e) == SqlErrorClass.LOCK_TIMEOUT) {
        connection.rollback();
        return wiring.verdicts().notNow(attempt, "a task that replaces it is being enqueued");
      }
      throw e;
    }
    if (superseded != null) {
      return supersede(attempt, superseded, connection);
    }
    // If this throws, the outcome is unknown; the copy that is tried later meets the inbox.
    connection.commit();
    if (!followUps.isEmpty()) {
      database.nudgeRelay();
    }
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  /** Another task of its key took its place: nothing of it is applied, and no copy rises again. */
  private Settlement supersede(Attempt attempt, String why, Connection connection)
      throws SQLException {
    connection.rollback();
    return discard(attempt, Outcome.discarded(why), connection);
  }

  private Settlement discard(Attempt attempt, Outcome outcome, Connection connection)
      throws SQLException {
    InboxKey key = InboxKey.of(attempt.task().id());
    if (!inbox.insert(connection, key, InboxKind.DISCARDED, null)) {
      Settlement known = known(key, connection);
      connection.rollback();
      return known;
    }
    connection.commit();
    return wiring.verdicts().of(attempt, outcome, List.of());
  }

  private static boolean isDeadlock(Exception e) {
    SQLException sql = Infrastructure.sql(e);
    return sql != null && SqlErrors.classify(sql) == SqlErrorClass.DEADLOCK;
  }

  /**
   * Rolls back what is not committed and closes; a pool expects connections that commit by
   * themselves. It never throws: after a commit nothing turns success into failure.
   */
  private static void handBack(Connection connection, boolean open) {
    try (connection) {
      if (open) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    } catch (SQLException | RuntimeException e) {
      // Broken or aborted: the server rolls back by itself, the pool drops it.
      log.debug("A connection could not be handed back: {}", e.getMessage());
    }
  }
}
