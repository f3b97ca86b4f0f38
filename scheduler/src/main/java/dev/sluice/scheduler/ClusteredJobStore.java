package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.quartz.JobDetail;
import org.quartz.JobPersistenceException;
import org.quartz.Trigger;
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

  private static final String LEFT = "left";
  private static final String RUNS_ALONE =
      "UPDATE "
          + QuartzFactory.TABLE_PREFIX
          + "FIRED_TRIGGERS SET IS_NONCONCURRENT = ? WHERE SCHED_NAME = ? AND ENTRY_ID = ?";

  // Quartz's own connections: there are none once it is shut down, and a firing that has not been
  // committed by then keeps its row, by which it is recovered.
  private final EndedFirings ended =
      new EndedFirings(() -> DBConnectionManager.getInstance().getConnection(getDataSource()));

  @Override
  public void triggeredJobComplete(
      OperableTrigger trigger, JobDetail job, CompletedExecutionInstruction instruction) {
    if (LEFT.equals(trigger.getJobDataMap().getString(LEFT))) {
      unblock(trigger, job);
    } else if (instruction == CompletedExecutionInstruction.NOOP
        && !job.isConcurrentExecutionDisallowed()) {
      ended.add(trigger.getFireInstanceId());
    } else {
      super.triggeredJobComplete(trigger, job, instruction);
    }
  }

  /** Marks a firing that did not end: its row is to be recovered when this scheduler ends. */
  static void leave(Trigger trigger) {
    trigger.getJobDataMap().put(LEFT, LEFT);
  }

  /** Others need not wait until then for what is fired in order. */
  private void unblock(OperableTrigger trigger, JobDetail job) {
    if (!job.isConcurrentExecutionDisallowed()) {
      return;
    }
    try {
      executeInLock(
          LOCK_TRIGGER_ACCESS,
          connection -> {
            letOthersFire(connection, trigger.getFireInstanceId(), job);
            return null;
          });
    } catch (JobPersistenceException | RuntimeException e) {
      log.warn("job {} waits until this scheduler ends", job.getKey().getName(), e);
    }
  }

  private void letOthersFire(Connection connection, String entry, JobDetail job)
      throws JobPersistenceException {
    try (PreparedStatement update = connection.prepareStatement(RUNS_ALONE)) {
      update.setBoolean(1, false);
      update.setString(2, QuartzFactory.NAME);
      update.setString(3, entry);
      update.executeUpdate();
      getDelegate()
          .updateTriggerStatesForJobFromOtherState(
              connection, job.getKey(), STATE_WAITING, STATE_BLOCKED);
    } catch (SQLException e) {
      throw new JobPersistenceException("a job stays blocked: " + e.getMessage(), e);
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
