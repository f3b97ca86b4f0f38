package dev.sluice.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.ScheduleBuilder;
import org.quartz.impl.triggers.AbstractTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Quartz when to look at a job next, by the job's {@link Timing} and {@link Look}. Quartz's
 * own rules for missed firings never apply. It is stored as columns and never serialized.
 *
 * <p>Threading: for one thread; Quartz makes copies.
 */
final class TimingTrigger extends AbstractTrigger<TimingTrigger> {
  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(TimingTrigger.class);
  private static final Duration UNREADABLE_PAUSE = Duration.ofMinutes(1);

  private final transient TimingSchedule schedule;
  private Date startTime = new Date(0);
  private @Nullable Date endTime;
  private @Nullable Date nextFireTime;
  private @Nullable Date previousFireTime;

  TimingTrigger(TimingSchedule schedule) {
    this.schedule = schedule;
  }

  TimingSchedule schedule() {
    return schedule;
  }

  @Override
  public void triggered(@Nullable Calendar calendar) {
    Date scheduled = nextFireTime;
    if (scheduled == null) {
      return;
    }
    previousFireTime = scheduled;
    nextFireTime = date(nextLook(scheduled.toInstant()));
  }

  @Override
  public @Nullable Date computeFirstFireTime(@Nullable Calendar calendar) {
    nextFireTime = date(schedule.timing().nextAfter(startTime.toInstant().minusNanos(1)));
    return nextFireTime;
  }

  @Override
  public boolean mayFireAgain() {
    return nextFireTime != null;
  }

  @Override
  public @Nullable Date getFireTimeAfter(@Nullable Date time) {
    Instant after = time == null ? schedule.clock().instant() : time.toInstant();
    Instant beforeStart = startTime.toInstant().minusNanos(1);
    return date(schedule.timing().nextAfter(after.isBefore(beforeStart) ? beforeStart : after));
  }

  /** Unknown: most jobs have none. */
  @Override
  public @Nullable Date getFinalFireTime() {
    return null;
  }

  @Override
  public Date getStartTime() {
    return startTime;
  }

  @Override
  public void setStartTime(Date newStartTime) {
    startTime = newStartTime;
  }

  @Override
  public @Nullable Date getEndTime() {
    return endTime;
  }

  @Override
  public void setEndTime(@Nullable Date newEndTime) {
    endTime = newEndTime;
  }

  @Override
  public @Nullable Date getNextFireTime() {
    return nextFireTime;
  }

  @Override
  public void setNextFireTime(@Nullable Date newNextFireTime) {
    nextFireTime = newNextFireTime;
  }

  @Override
  public @Nullable Date getPreviousFireTime() {
    return previousFireTime;
  }

  @Override
  public void setPreviousFireTime(@Nullable Date newPreviousFireTime) {
    previousFireTime = newPreviousFireTime;
  }

  /** Quartz then hands over a late trigger with the time for which it was scheduled. */
  @Override
  public int getMisfireInstruction() {
    return MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY;
  }

  @Override
  protected boolean validateMisfireInstruction(int instruction) {
    return true;
  }

  @Override
  public void updateAfterMisfire(@Nullable Calendar calendar) {}

  @Override
  public void updateWithNewCalendar(@Nullable Calendar calendar, long misfireThreshold) {}

  @Override
  public ScheduleBuilder<TimingTrigger> getScheduleBuilder() {
    return schedule;
  }

  private Optional<Instant> nextLook(Instant scheduled) {
    Instant now = schedule.clock().instant();
    try {
      Look look = Look.at(now, scheduled, schedule.timing(), schedule.misfire());
      return Optional.ofNullable(look.next());
    } catch (RuntimeException e) {
      log.error(
          "this release cannot read when job {} is due; change or remove it",
          getJobKey().getName(),
          e);
      return Optional.of(now.plus(UNREADABLE_PAUSE));
    }
  }

  private static @Nullable Date date(Optional<Instant> time) {
    return time.map(Date::from).orElse(null);
  }
}
