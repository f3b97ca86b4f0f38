package dev.sluice.scheduler;

import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDetail;
import org.quartz.impl.jdbcjobstore.SimplePropertiesTriggerPersistenceDelegateSupport;
import org.quartz.impl.jdbcjobstore.SimplePropertiesTriggerProperties;
import org.quartz.spi.OperableTrigger;

/** Keeps our triggers in Quartz's tables. Public for Quartz alone, which makes it by its name. */
public final class TimingTriggerDelegate extends SimplePropertiesTriggerPersistenceDelegateSupport {
  /** In every row of such a trigger: do not rename it. */
  static final String TYPE = "SLUICE";

  @Override
  public boolean canHandleTriggerType(OperableTrigger trigger) {
    return trigger instanceof TimingTrigger;
  }

  @Override
  public String getHandledTriggerTypeDiscriminator() {
    return TYPE;
  }

  /**
   * Nothing to write: Quartz updates a trigger when it has fired, which does not change what it was
   * made of. One that is due at other times is deleted and made anew.
   */
  @Override
  public int updateExtendedTriggerProperties(
      Connection connection, OperableTrigger trigger, String state, JobDetail job) {
    return 0;
  }

  @Override
  protected SimplePropertiesTriggerProperties getTriggerProperties(OperableTrigger trigger) {
    TimingSchedule schedule = ((TimingTrigger) trigger).schedule();
    SimplePropertiesTriggerProperties columns = new SimplePropertiesTriggerProperties();
    columns.setString1(schedule.cron());
    columns.setString2(schedule.zone());
    columns.setString3(schedule.misfire().name());
    Duration every = schedule.every();
    columns.setLong1(every == null ? 0 : every.toSeconds());
    return columns;
  }

  @Override
  protected TriggerPropertyBundle getTriggerPropertyBundle(
      SimplePropertiesTriggerProperties columns) {
    @Nullable String cron = columns.getString1();
    TimingSchedule schedule =
        new TimingSchedule(
            cron,
            cron == null ? Duration.ofSeconds(columns.getLong1()) : null,
            columns.getString2(),
            MisfirePolicy.valueOf(columns.getString3()),
            InstantSource.system());
    return new TriggerPropertyBundle(schedule, new String[0], new Object[0]);
  }
}
