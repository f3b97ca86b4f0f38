package dev.sluice.scheduler;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.quartz.ScheduleBuilder;
import org.quartz.spi.MutableTrigger;

/**
 * What a {@link Timing} is made of, as Quartz's tables keep it. Exactly one of {@code cron} and
 * {@code every} is given. The timing is made when it is first asked for: one that this release, or
 * its list of zones, cannot read then stops no other.
 *
 * <p>Threading: for one thread, as Quartz's triggers are.
 */
final class TimingSchedule extends ScheduleBuilder<TimingTrigger> {
  private final @Nullable String cron;
  private final @Nullable Duration every;
  private final String zone;
  private final MisfirePolicy misfire;
  private final InstantSource clock;
  private @Nullable Timing timing;

  TimingSchedule(
      @Nullable String cron,
      @Nullable Duration every,
      String zone,
      MisfirePolicy misfire,
      InstantSource clock) {
    this.cron = cron;
    this.every = every;
    this.zone = zone;
    this.misfire = misfire;
    this.clock = clock;
  }

  @Nullable String cron() {
    return cron;
  }

  @Nullable Duration every() {
    return every;
  }

  String zone() {
    return zone;
  }

  MisfirePolicy misfire() {
    return misfire;
  }

  InstantSource clock() {
    return clock;
  }

  /**
   * @throws RuntimeException when it cannot be read
   */
  Timing timing() {
    Timing made = timing;
    if (made == null) {
      made =
          every != null
              ? new IntervalTiming(every)
              : new CronTiming(LocalCron.parse(String.valueOf(cron)), ZoneId.of(zone));
      timing = made;
    }
    return made;
  }

  @Override
  protected MutableTrigger build() {
    return new TimingTrigger(this);
  }
}
