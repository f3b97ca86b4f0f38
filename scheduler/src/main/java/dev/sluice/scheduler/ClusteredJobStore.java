package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import org.quartz.JobDetail;
import org.quartz.JobPersistenceException;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.impl.jdbcjobstore.FiredTriggerRecord;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.spi.OperableTrigger;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quartz's tables, which all schedulers on the database share. The end of a firing is not written
 * under the one lock of all schedulers, as Quartz does it, in a transaction of its own that those
 * who look for what is due wait for: many ends are one statement. And a scheduler that ends in
 * order gives back what it has claimed, for which Quartz lets the others wait until it is missed.
 *
 * <p>Threading: safe.
 */
@SuppressWarnings("unchecked") // JobStoreTX overrides a generic method by a raw one
final class ClusteredJobStore extends JobStoreTX {
  private static final Logger log = LoggerFactory.getLogger(ClusteredJobStore.class);

  // Quartz's own connections: there are none once it is shut down, and a firing that has not been
  // committed by then keeps its row, by which it is recovered.
  private final EndedFirings ended =
      new EndedFirings(() -> DBConnectionManager.getInstance().getConnection(getDataSource()));

  @Override
  public void triggeredJobComplete(
      OperableTrigger trigger, JobDetail job, CompletedExecutionInstruction instruction) {
    if (instruction == CompletedExecutionInstruction.NOOP
        && !job.isConcurrentExecutionDisallowed()) {
      ended.add(trigger.getFireInstanceId());
    } else {
      super.triggeredJobComplete(trigger, job, instruction);
    }
  }

  @Override
  public void shutdown() {
    try {
      executeInLock(
          LOCK_TRIGGER_ACCESS,
          connection -> {
            giveBack(connection);
            return null;
          });
    } catch (JobPersistenceException | RuntimeException e) {
      log.debug("what was claimed is recovered by the next scheduler", e);
    }
    super.shutdown();
  }

  private void giveBack(Connection connection) throws JobPersistenceException {
    try {
      for (FiredTriggerRecord claimed :
          getDelegate().selectInstancesFiredTriggerRecords(connection, getInstanceId())) {
        if (STATE_ACQUIRED.equals(claimed.getFireInstanceState())) {
          getDelegate()
              .updateTriggerStateFromOtherState(
                  connection, claimed.getTriggerKey(), STATE_WAITING, STATE_ACQUIRED);
          getDelegate().deleteFiredTrigger(connection, claimed.getFireInstanceId());
        }
      }
    } catch (SQLException e) {
      throw new JobPersistenceException("the claims cannot be given back: " + e.getMessage(), e);
    }
  }
}
