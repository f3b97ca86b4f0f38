package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.quartz.CronExpression;

/** Against a search that looks at every minute, around changes of the clocks in all zones. */
class CronTimingPropertyTest {
  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2045-01-01T00:00:00Z");
  private static final Duration AROUND = Duration.ofHours(26);

  @Property(tries = 200)
  void plain_cron_is_due_as_documented_whatever_the_clocks_do(
      @ForAll("plainCron") PlainCrons.PlainExpression cron,
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = 10_000) int which,
      @ForAll @IntRange(max = 3_119) int minutes) {
    check(
        new CronTiming(LocalCron.parse(cron.text()), zone),
        new SlowCron(cron.matches(), cron.everyHour(), zone),
        change(zone, which),
        minutes);
  }

  @Property(tries = 60)
  void quartz_cron_is_due_as_documented_whatever_the_clocks_do(
      @ForAll("quartzCron") String cron,
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = 10_000) int which,
      @ForAll @IntRange(max = 3_119) int minutes)
      throws ParseException {
    String hours = cron.split(" ")[2];
    check(
        new CronTiming(LocalCron.parse(cron), zone),
        new SlowCron(matcher(cron), List.of("*", "*/2", "0/3", "/4").contains(hours), zone),
        change(zone, which),
        minutes);
  }

  @Provide
  Arbitrary<PlainCrons.PlainExpression> plainCron() {
    return PlainCrons.any();
  }

  @Provide
  Arbitrary<String> quartzCron() {
    return Arbitraries.of(
        "0 30 1 * * ?",
        "0 30 2 * * ?",
        "0 0 0 * * ?",
        "0 0/20 0-3 * * ?",
        "0 15 0 L * ?",
        "0 0 2 LW * ?",
        "0 0 2 ? * SUN#1",
        "0 45 1 ? * 1L",
        "0 10,50 23,0,1 ? * SAT-MON",
        "0 0/7 * * * ?",
        "0 30 0/3 * * ?",
        "0 30 /4 * * ?",
        "0 5 */2 * * ?",
        "0 59 23 * 3,10,11 ? 2001-2030");
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    Arbitrary<ZoneId> odd =
        Arbitraries.of(
                "Australia/Lord_Howe",
                "Pacific/Apia",
                "Africa/Casablanca",
                "Antarctica/Troll",
                "Europe/Dublin",
                "Europe/Berlin",
                "America/New_York",
                "America/Sao_Paulo",
                "Asia/Pyongyang",
                "America/Caracas",
                "UTC")
            .map(ZoneId::of);
    List<String> all = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return Arbitraries.oneOf(odd, Arbitraries.of(all).map(ZoneId::of));
  }

  /** A change of the clocks; any instant in a zone where there is none. */
  private static Instant change(ZoneId zone, int which) {
    List<Instant> changes = new ArrayList<>();
    ZoneOffsetTransition next = zone.getRules().nextTransition(FIRST);
    while (next != null && next.getInstant().isBefore(LAST)) {
      changes.add(next.getInstant());
      next = zone.getRules().nextTransition(next.getInstant());
    }
    return changes.isEmpty()
        ? FIRST.plus(which, ChronoUnit.DAYS)
        : changes.get(which % changes.size());
  }

  private static void check(CronTiming timing, SlowCron slow, Instant change, int minutes) {
    Instant from = change.minus(AROUND);
    Instant to = change.plus(AROUND);
    List<Instant> expected = slow.due(from, to);

    List<Instant> due = new ArrayList<>();
    for (Instant next = next(timing, from.minusNanos(1));
        next.isBefore(to);
        next = next(timing, next)) {
      due.add(next);
    }

    assertThat(due).isEqualTo(expected);
    Instant time = from.plus(minutes, ChronoUnit.MINUTES).plusMillis(500);
    List<Instant> before = expected.stream().filter(time::isAfter).toList();
    if (!before.isEmpty()) {
      assertThat(timing.newestDue(time)).contains(before.get(before.size() - 1));
    } else {
      timing
          .newestDue(time)
          .ifPresent(newest -> assertThat(next(timing, newest)).isAfter(time).isAfter(newest));
    }
  }

  private static Instant next(CronTiming timing, Instant after) {
    return timing.nextAfter(after).orElse(Instant.MAX);
  }

  private static Predicate<LocalDateTime> matcher(String cron) throws ParseException {
    CronExpression expression = new CronExpression(cron);
    expression.setTimeZone(TimeZone.getTimeZone("UTC"));
    return local -> expression.isSatisfiedBy(Date.from(local.toInstant(ZoneOffset.UTC)));
  }
}
