package dev.sluice.scheduler;

import dev.sluice.loop.Loop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the machine's clock was set back. While it was ahead Quartz passed over instants
 * that are now still to come: what was put off so is scheduled anew. What was fired already is not
 * fired again, the ledger knows it.
 */
final class ClockWatch implements Loop {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  // Below it a clock is being corrected; a firing is late by less.
  private static final Duration SET_BACK = Duration.ofSeconds(2);

  private final org.quartz.Scheduler quartz;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Instant lastTime;
  private long lastNanos;

  /**
   * The watch.
   *
   * @param nanoTime counts nanoseconds whatever the clock does
   */
  ClockWatch(org.quartz.Scheduler quartz, InstantSource clock, LongSupplier nanoTime) {
    this.quartz = quartz;
    this.clock = clock;
    this.nanoTime = nanoTime;
    lastTime = clock.instant();
    lastNanos = nanoTime.getAsLong();
  }

  @Override
  public Duration runOnce() throws SchedulerException {
    Instant time = clock.instant();
    long nanos = nanoTime.getAsLong();
    Instant expected = lastTime.plusNanos(nanos - lastNanos);
    if (time.isBefore(expected.minus(SET_BACK))) {
      log.warn(
          "the clock was set back by {} s; jobs that were put off are scheduled anew",
          Duration.between(time, expected).toSeconds());
      scheduleAnew(time);
    }
    lastTime = time;
    lastNanos = nanos;
    return PERIOD;
  }

  private void scheduleAnew(Instant now) throws SchedulerException {
    for (TriggerKey key : quartz.getTriggerKeys(GroupMatcher.triggerGroupEquals(StoredJob.GROUP))) {
      Trigger trigger = quartz.getTrigger(key);
      if (trigger instanceof TimingTrigger timing && timing.putOff(now)) {
        quartz.rescheduleJob(key, timing.afresh(now));
      }
    }
  }
}
