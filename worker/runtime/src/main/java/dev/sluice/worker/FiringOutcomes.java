package dev.sluice.worker;

import dev.sluice.message.DeadReason;
import dev.sluice.message.TaskMessage;
import dev.sluice.worker.firing.FiringEnd;
import dev.sluice.worker.firing.FiringEnd.State;
import dev.sluice.worker.firing.FiringId;
import dev.sluice.worker.firing.FiringRows;
import dev.sluice.worker.longtask.OwnTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the ledger of firings what became of the tasks that periodic jobs enqueued, before
 * their deliveries are acknowledged: a crash in between writes it twice and never not at all. A
 * firing whose task started a long task ends with that one, in its last step.
 *
 * <p>Threading: stateless.
 */
final class FiringOutcomes {
  private static final Logger log = LoggerFactory.getLogger(FiringOutcomes.class);

  private final @Nullable DataSource ledger;
  private final InstantSource clock;

  /**
   * @param ledger the database of the schedulers; null for none
   */
  FiringOutcomes(@Nullable DataSource ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Writes down a settlement that is about to be carried out, if it is the last of a firing's task.
   * A database that is away holds up no settlement: the firing counts as running until its job's
   * time limit is over.
   */
  void settling(Attempt attempt, Settlement settlement) {
    TaskMessage task = attempt.taskOrNull();
    State state = state(settlement);
    FiringId firing = task == null || state == null ? null : FiringId.of(task);
    if (ledger == null || firing == null) {
      return;
    }
    FiringEnd end = new FiringEnd(state, clock.instant(), attempt.runtime());
    boolean duplicate = settlement instanceof Settlement.Duplicate;
    try {
      OwnTransaction.statement(
          ledger, connection -> write(connection, firing, task.id(), end, duplicate));
    } catch (SQLException | RuntimeException e) {
      log.warn(
          "Firing {} is {}, which its ledger does not know: {}; it counts as running until its"
              + " job's time limit is over",
          firing,
          state,
          e.toString());
    }
  }

  private static boolean write(
      Connection connection, FiringId firing, String task, FiringEnd end, boolean duplicate)
      throws SQLException {
    if (end.state() == State.COMPLETED && FiringRows.goesOn(connection, firing)) {
      return false;
    }
    return duplicate
        ? FiringRows.taskWasDone(connection, firing, task, end)
        : FiringRows.taskEnded(connection, firing, task, end);
  }

  private static @Nullable State state(Settlement settlement) {
    if (settlement instanceof Settlement.Completed || settlement instanceof Settlement.Duplicate) {
      return State.COMPLETED;
    }
    if (settlement instanceof Settlement.Dead dead) {
      return dead.reason() == DeadReason.EXPIRED ? State.EXPIRED : State.DEAD;
    }
    if (settlement instanceof Settlement.Discarded) {
      return State.DISCARDED;
    }
    return settlement instanceof Settlement.Revoked ? State.REVOKED : null;
  }
}
