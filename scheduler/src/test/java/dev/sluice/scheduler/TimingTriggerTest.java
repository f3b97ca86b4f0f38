package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.quartz.TriggerBuilder;

class TimingTriggerTest {
  private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");

  private final AtomicReference<Instant> clock = new AtomicReference<>(TEN);

  @Test
  void it_looks_first_when_the_job_is_due_after_its_start() {
    TimingTrigger trigger = trigger("0 0/5 * * * ?", MisfirePolicy.ONCE, TEN.plusSeconds(1));
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(300));
    assertThat(trigger("0 0/5 * * * ?", MisfirePolicy.ONCE, TEN).getNextFireTime()).isEqualTo(TEN);
    assertThat(trigger.getFireTimeAfter(new Date(0))).isEqualTo(TEN.plusSeconds(300));
    assertThat(trigger.mayFireAgain()).isTrue();
  }

  @Test
  void on_time_it_goes_from_one_instant_to_the_next() {
    TimingTrigger trigger = trigger("0 0/5 * * * ?", MisfirePolicy.ONCE, TEN);
    clock.set(TEN.plusSeconds(2));

    trigger.triggered(null);

    assertThat(trigger.getPreviousFireTime()).isEqualTo(TEN);
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(300));
  }

  @Test
  void late_it_passes_over_what_it_has_missed() {
    TimingTrigger trigger = trigger("0 0/5 * * * ?", MisfirePolicy.SKIP, TEN);
    clock.set(TEN.plus(Duration.ofMinutes(61)));

    trigger.triggered(null);

    assertThat(trigger.getPreviousFireTime()).isEqualTo(TEN);
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plus(Duration.ofMinutes(65)));
  }

  @Test
  void late_it_comes_back_soon_when_there_is_more_to_make_up_for_than_at_once() {
    TimingTrigger trigger = trigger("0/10 * * * * ?", MisfirePolicy.ALL, TEN);
    clock.set(TEN.plus(Duration.ofHours(1)));

    trigger.triggered(null);
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(1_000));
    trigger.triggered(null);
    trigger.triggered(null);
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(3_000));
    trigger.triggered(null);
    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(3_610));
  }

  @Test
  void a_job_that_is_never_due_again_ends() {
    TimingTrigger trigger = trigger("0 0 10 21 11 ? 2026", MisfirePolicy.ONCE, TEN);
    trigger.triggered(null);
    assertThat(trigger.getNextFireTime()).isNull();
    assertThat(trigger.mayFireAgain()).isFalse();
    trigger.triggered(null);
    assertThat(trigger.getPreviousFireTime()).isEqualTo(TEN);
  }

  @Test
  void one_that_cannot_be_read_is_looked_at_again_a_minute_later() {
    TimingTrigger trigger = (TimingTrigger) schedule("dialect of 2030", MisfirePolicy.ONCE).build();
    trigger.setName("job@1");
    trigger.setJobName("job");
    trigger.setNextFireTime(Date.from(TEN));
    clock.set(TEN.plusSeconds(1));

    trigger.triggered(null);

    assertThat(trigger.getNextFireTime()).isEqualTo(TEN.plusSeconds(61));
  }

  private TimingTrigger trigger(String cron, MisfirePolicy misfire, Instant start) {
    TimingTrigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity("job")
            .forJob("job")
            .startAt(Date.from(start))
            .withSchedule(schedule(cron, misfire))
            .build();
    trigger.computeFirstFireTime(null);
    return trigger;
  }

  private TimingSchedule schedule(String cron, MisfirePolicy misfire) {
    return new TimingSchedule(cron, null, "UTC", misfire, clock::get);
  }
}
