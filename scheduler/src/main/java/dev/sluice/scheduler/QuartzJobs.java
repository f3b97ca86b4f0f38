package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** Our jobs in Quartz: those that are active, each with one trigger. */
final class QuartzJobs {
  private final org.quartz.Scheduler quartz;

  QuartzJobs(org.quartz.Scheduler quartz) {
    this.quartz = quartz;
  }

  Set<String> names() throws SchedulerException {
    Set<String> names = new HashSet<>();
    for (JobKey key : quartz.getJobKeys(GroupMatcher.jobGroupEquals(StoredJob.GROUP))) {
      names.add(key.getName());
    }
    return names;
  }

  void remove(Collection<String> names) throws SchedulerException {
    List<JobKey> keys = new ArrayList<>();
    for (String name : names) {
      keys.add(JobKey.jobKey(name, StoredJob.GROUP));
    }
    if (!keys.isEmpty()) {
      quartz.deleteJobs(keys);
    }
  }

  /**
   * Makes Quartz have the jobs as they are. May be done again: a trigger begins after the newest
   * instant that the ledger has, so that none is passed over whenever this is done.
   *
   * @param connection the transaction in which their rows are locked
   */
  void put(Connection connection, List<JobRow> jobs, Instant now)
      throws SQLException, SchedulerException {
    Map<JobDetail, Set<? extends Trigger>> due = new HashMap<>();
    for (JobRow job : jobs) {
      Instant begin = begin(connection, job, now);
      if (job.active() && job.spec().timing().nextAfter(begin).isPresent()) {
        due.put(StoredJob.detail(job.spec()), Set.of(StoredJob.trigger(job, begin)));
      }
    }
    // Quartz cannot replace a trigger by one of another type.
    remove(jobs.stream().map(JobRow::name).toList());
    if (!due.isEmpty()) {
      quartz.scheduleJobs(due, true);
    }
  }

  /** Makes Quartz try a trigger again that it has given up. */
  void retry(QuartzTriggers.Stored trigger) throws SchedulerException {
    quartz.resetTriggerFromErrorState(TriggerKey.triggerKey(trigger.name(), StoredJob.GROUP));
  }

  private static Instant begin(Connection connection, JobRow job, Instant now) throws SQLException {
    Instant since = job.since(now);
    return Ledger.newestDue(connection, job.name(), now).filter(since::isBefore).orElse(since);
  }
}
