package dev.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Looks at a job by a clock that stands still, hurries on, and is set back. */
class LookPropertyTest {
  private static final Instant START = Instant.parse("2026-03-28T20:00:00Z");

  @Property(tries = 300)
  void all_fires_each_instant_once_and_in_order(
      @ForAll("timings") Timing timing, @ForAll("clocks") List<Duration> clock) {
    Looks looks = new Looks(timing, MisfirePolicy.ALL, clock);

    List<Instant> fired = looks.looks.stream().flatMap(look -> looks.due(look).stream()).toList();

    List<Instant> due = new ArrayList<>();
    for (Instant next = timing.nextAfter(START).orElseThrow();
        next.isBefore(looks.next);
        next = timing.nextAfter(next).orElseThrow()) {
      due.add(next);
    }
    assertThat(fired).isEqualTo(due);
    assertThat(looks.looks).allSatisfy(look -> assertThat(looks.due(look)).hasSizeBetween(1, 100));
  }

  @Property(tries = 300)
  void once_fires_the_newest_of_each_look_and_loses_none_that_is_not_late(
      @ForAll("timings") Timing timing, @ForAll("clocks") List<Duration> clock) {
    Looks looks = new Looks(timing, MisfirePolicy.ONCE, clock);

    assertThat(looks.looks)
        .allSatisfy(
            look -> {
              List<Instant> due = looks.due(look);
              assertThat(due).hasSize(1);
              assertThat(timing.nextAfter(due.get(0))).contains(look.next());
              if (!late(look.scheduled(), look.time())) {
                assertThat(due).containsExactly(look.scheduled());
              }
            });
  }

  @Property(tries = 300)
  void skip_fires_what_once_fires_when_that_is_not_late(
      @ForAll("timings") Timing timing, @ForAll("clocks") List<Duration> clock) {
    Looks skip = new Looks(timing, MisfirePolicy.SKIP, clock);
    Looks once = new Looks(timing, MisfirePolicy.ONCE, clock);

    assertThat(skip.looks).isEqualTo(once.looks);
    assertThat(skip.looks)
        .allSatisfy(
            look -> {
              List<Instant> due = once.due(look);
              assertThat(skip.due(look)).isEqualTo(late(due.get(0), look.time()) ? List.of() : due);
            });
  }

  @Property(tries = 300)
  void a_look_repeated_after_a_crash_loses_nothing_of_it(
      @ForAll("timings") Timing timing,
      @ForAll("clocks") List<Duration> clock,
      @ForAll MisfirePolicy policy,
      @ForAll @IntRange(max = 7_200) int later) {
    Looks looks = new Looks(timing, policy, clock);

    for (Look look : looks.looks) {
      Instant now = look.time().plusSeconds(later);
      Look again = Look.again(now, look.scheduled(), look.time(), timing, policy);
      List<Instant> due = again.due(timing, policy);
      if (policy == MisfirePolicy.ALL) {
        assertThat(due).containsAll(looks.due(look));
      } else if (!late(look.scheduled(), look.time())) {
        assertThat(due).isEqualTo(looks.due(look));
      } else if (policy == MisfirePolicy.ONCE) {
        assertThat(due).containsExactly(timing.newestDue(now).orElseThrow());
      }
    }
  }

  @Provide
  Arbitrary<Timing> timings() {
    return Arbitraries.of(
        new IntervalTiming(Duration.ofSeconds(20)),
        new IntervalTiming(Duration.ofMinutes(5)),
        JobSpec.cron("job", "*/10 * * * *", "t", "q").zone("Europe/Berlin").timing(),
        JobSpec.cron("job", "30 1-3 * * *", "t", "q").zone("Europe/Berlin").timing(),
        JobSpec.cron("job", "0 0/15 9,23 * * ?", "t", "q").timing());
  }

  @Provide
  Arbitrary<List<@Size(max = 60) Duration>> clocks() {
    Arbitrary<Duration> tick = Arbitraries.integers().between(0, 59).map(Duration::ofSeconds);
    Arbitrary<Duration> downtime = Arbitraries.integers().between(1, 400).map(Duration::ofMinutes);
    Arbitrary<Duration> setBack = Arbitraries.just(Duration.ofHours(-1));
    Arbitrary<Duration> setForward = Arbitraries.just(Duration.ofHours(1));
    return Arbitraries.oneOf(tick, tick, downtime, setBack, setForward).list().ofMaxSize(60);
  }

  private static boolean late(Instant due, Instant time) {
    return Duration.between(due, time).compareTo(Look.LATE) > 0;
  }

  /** What Quartz does: it looks when the time for it has come, as often as that is so. */
  private static final class Looks {
    private final Timing timing;
    private final MisfirePolicy policy;
    private final List<Look> looks = new ArrayList<>();
    private Instant next;

    Looks(Timing timing, MisfirePolicy policy, List<Duration> clock) {
      this.timing = timing;
      this.policy = policy;
      next = timing.nextAfter(START).orElseThrow();
      Instant now = START;
      for (Duration passed : clock) {
        now = now.plus(passed);
        while (!next.isAfter(now)) {
          Look look = Look.at(now, next, timing, policy);
          looks.add(look);
          next = look.next();
        }
      }
    }

    List<Instant> due(Look look) {
      return look.due(timing, policy);
    }
  }
}
