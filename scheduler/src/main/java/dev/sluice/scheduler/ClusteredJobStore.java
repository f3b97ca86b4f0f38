package dev.sluice.scheduler;

import javax.sql.DataSource;
import org.quartz.JobDetail;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.spi.OperableTrigger;

/**
 * Quartz's tables, which all schedulers on the database share. The end of a firing is not written
 * under the one lock of all schedulers, as Quartz does it, in a transaction of its own that those
 * who look for what is due wait for: many ends are one statement.
 *
 * <p>Threading: safe.
 */
@SuppressWarnings("unchecked") // JobStoreTX overrides a generic method by a raw one
final class ClusteredJobStore extends JobStoreTX {
  private final EndedFirings ended;

  ClusteredJobStore(DataSource dataSource) {
    ended = new EndedFirings(dataSource);
  }

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
}
