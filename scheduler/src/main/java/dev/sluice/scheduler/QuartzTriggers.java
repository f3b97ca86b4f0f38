package dev.sluice.scheduler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.sql.DataSource;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** The triggers that Quartz has. */
@FunctionalInterface
interface QuartzTriggers {

  /** All of our jobs. */
  List<Stored> all() throws SchedulerException, SQLException;

  /**
   * A trigger.
   *
   * @param name its own, which is another for each revision of its job
   * @param job the name of its job
   * @param next when it is to fire next
   * @param failed whether Quartz has given it up
   */
  record Stored(String name, String job, Instant next, boolean failed) {}

  /** Those in the memory of a scheduler. */
  static QuartzTriggers inMemory(org.quartz.Scheduler quartz) {
    return () -> {
      List<Stored> stored = new ArrayList<>();
      for (TriggerKey key :
          quartz.getTriggerKeys(GroupMatcher.triggerGroupEquals(StoredJob.GROUP))) {
        Trigger trigger = quartz.getTrigger(key);
        Date next = trigger == null ? null : trigger.getNextFireTime();
        if (next != null) {
          boolean failed = quartz.getTriggerState(key) == TriggerState.ERROR;
          stored.add(
              new Stored(key.getName(), trigger.getJobKey().getName(), next.toInstant(), failed));
        }
      }
      return stored;
    };
  }

  /** Those in the database, by one query: Quartz itself would make two for each. */
  static QuartzTriggers inDatabase(DataSource dataSource) {
    return () -> {
      try (Connection connection = dataSource.getConnection();
          PreparedStatement select =
              connection.prepareStatement(
                  "SELECT TRIGGER_NAME, JOB_NAME, NEXT_FIRE_TIME, TRIGGER_STATE FROM "
                      + QuartzFactory.TABLE_PREFIX
                      + "TRIGGERS WHERE SCHED_NAME = ? AND TRIGGER_GROUP = ?")) {
        select.setString(1, QuartzFactory.NAME);
        select.setString(2, StoredJob.GROUP);
        try (ResultSet row = select.executeQuery()) {
          List<Stored> stored = new ArrayList<>();
          while (row.next()) {
            stored.add(
                new Stored(
                    row.getString(1),
                    row.getString(2),
                    Instant.ofEpochMilli(row.getLong(3)),
                    row.getString(4).equals("ERROR")));
          }
          return stored;
        }
      }
    };
  }
}
